// Stand-in for jsr:@std/path where the JSR host cannot be reached: `links` in deno.json points the
// published name here, and node:path has the functions this project uses.
export {
  basename,
  delimiter as DELIMITER,
  dirname,
  extname,
  isAbsolute,
  join,
  relative,
  resolve,
  sep as SEPARATOR,
} from "node:path";
