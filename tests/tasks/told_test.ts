import assert from "node:assert/strict";
import { asLine } from "unidiff/tasks/told.ts";

Deno.test("asLine() makes a line of complaints and of what the system refuses, none of faults", async () => {
  assert.equal(asLine(new Error("3 found, expected 4")), "3 found, expected 4");
  const gone = await Deno.readTextFile("/no/such/file").catch((error) => error);
  assert.match(asLine(gone)!, /No such file.*'\/no\/such\/file'/);
  const full = Object.assign(new Error("No space left on device (os error 28): write 'x'"), {
    code: "ENOSPC",
  });
  assert.match(asLine(full)!, /the disk or the quota is full .*nothing finished is lost/);
  assert.match(
    asLine(new Deno.errors.NotCapable('Requires net access to "a.b", run again with the --allow'))!,
    /^Requires net access to "a.b"\na task may do what its arguments name/,
  );
  assert.equal(asLine(new TypeError("x is not a function")), undefined);
  assert.equal(asLine("a text"), undefined);
});
