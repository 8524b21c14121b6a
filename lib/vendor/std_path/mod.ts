export { basename, dirname, extname, isAbsolute, join, relative, resolve, sep as SEPARATOR } from "node:path";
