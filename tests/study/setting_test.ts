import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  checkSetting,
  describeSetting,
  savedSetting,
  saveSetting,
  studyFolder,
  studySetting,
} from "unidiff/study/setting.ts";
import { defaultStudy } from "unidiff/study/plan.ts";

const good = { ...defaultStudy, name: "main" };

Deno.test("checkSetting() names what cannot be and what is expected", () => {
  checkSetting(good);
  const cases = [
    [{ name: "../elsewhere" }, /study name "\.\.\/elsewhere": expected letters/],
    [{ rows: [] }, /rows: expected at least one, found none/],
    [{ rows: ["A0", "A9"] }, /row "A9" is not known; expected one of A0/],
    [{ rows: ["A1", "A1"] }, /rows: A1 is named twice/],
    [{ preset: "huge" }, /preset "huge" is not known; expected one of mini, study, nano/],
    [{ seeds: 1.5 }, /seeds: expected an integer of at least 1, found 1\.5/],
    [{ fractions: [0.5, 2] }, /fractions: expected numbers above 0 and up to 1, found 2/],
    [{ fractions: [NaN] }, /fractions: .* found NaN/],
  ] as const;
  for (const [wrong, message] of cases) {
    assert.throws(() => checkSetting({ ...good, ...wrong }), message);
  }
});

Deno.test("studySetting() takes a notebook's values, or those saved for the study it is run for", async () => {
  const name = `test-setting-${Deno.pid}`;
  try {
    assert.deepEqual(await studySetting({ seeds: 3 }, ""), { ...good, seeds: 3 });
    assert.equal((await studySetting({ seeds: 3 }, name)).seeds, 3, "nothing is saved yet");
    await saveSetting({ ...good, name, seeds: 2, preset: "nano" });
    const found = await studySetting({ seeds: 3 }, name);
    assert.deepEqual(found, { ...good, name, seeds: 2, preset: "nano" });
    assert.match(
      describeSetting(found),
      /rows A0, A1, .* on ecommerce-product .*, 2 seeds, .* nano/,
    );
    await Deno.writeTextFile(join(studyFolder(name), "study.json"), '{"rows": 1}');
    await assert.rejects(
      savedSetting(name),
      /study\.json: not the setting of a study .*delete it/s,
    );
  } finally {
    await Deno.remove(studyFolder(name), { recursive: true });
  }
});
