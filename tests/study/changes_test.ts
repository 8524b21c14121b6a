import assert from "node:assert/strict";
import { changed, parseChange } from "unidiff/study/changes.ts";
import { presets } from "unidiff/study/presets.ts";
import { rowOf, trainingOf, weightsOf } from "unidiff/study/rows.ts";

Deno.test("parseChange() reads numbers, lists, truth values and words", () => {
  assert.deepEqual(parseChange("train.steps=100"), ["train.steps", 100]);
  assert.deepEqual(parseChange("train.rsc.timesteps=20,500"), ["train.rsc.timesteps", [20, 500]]);
  assert.deepEqual(parseChange("train.flip=false"), ["train.flip", false]);
  assert.deepEqual(parseChange("train.rsc.condition=null"), ["train.rsc.condition", "null"]);
  assert.throws(() => parseChange("steps"), /expected path=value/);
});

Deno.test("changed() replaces one value by path and leaves the preset as it was", () => {
  const preset = changed(presets.mini, { "train.rsc.temperature": 0.2, "lambda.rsc": 0.5 });
  assert.equal(preset.train.rsc.temperature, 0.2);
  assert.deepEqual(preset.train.betas, presets.mini.train.betas);
  assert.equal(presets.mini.train.rsc.temperature, 0.1);
  assert.equal(weightsOf(preset, rowOf("A6")).rsc, 0.5);
  assert.equal(weightsOf(preset, rowOf("A3")).rsc, 0);
  // Left out of the presets, so that their runs keep their names.
  assert.ok(!("minSnr" in presets.mini.train));
  assert.equal(changed(presets.mini, { "train.minSnr": 5 }).train.minSnr, 5);
});

Deno.test("changed() refuses unknown paths and values of another kind by name", () => {
  const refuse = (path: string, value: never, pattern: RegExp) =>
    assert.throws(() => changed(presets.mini, { [path]: value }), pattern);
  refuse("model.imageSize", 32 as never, /"model.imageSize": expected it to begin with train, /);
  refuse("train.stepz", 1 as never, /"train.stepz" is not known; expected one of .*steps/);
  refuse("train.rsc", 1 as never, /is not known; expected one of form, feature/);
  refuse("train.steps.more", 1 as never, /"steps" has no parts/);
  refuse("train.steps", "many" as never, /found "many", expected a number such as 50/);
  refuse("train.minSnr", "five" as never, /found "five", expected a number such as 5/);
  refuse("evaluate.split", "train" as never, /found "train", expected one of "validation"\|"test"/);
  refuse("train.betas", [1] as never, /expected 2 numbers such as/);
});

Deno.test("changed() refuses values out of a setting's range: path, value, range", () => {
  const refuse = (path: string, value: number | string | number[], pattern: RegExp) =>
    assert.throws(() => changed(presets.mini, { [path]: value }), pattern);
  refuse("train.batch", 0, /setting "train.batch": found 0, expected number to be >=1/);
  refuse("train.batch", 2.5, /setting "train.batch": found 2.5, expected int/);
  refuse("train.steps", -1, /found -1, expected number to be >=1/);
  refuse("train.logEvery", 0, /expected number to be >=1/);
  refuse("train.captionDropout", 1.5, /found 1.5, expected number to be <=1/);
  refuse("train.ema", 1, /found 1, expected number to be <1/);
  refuse("train.betas", [0.9, 1], /found \[0.9,1\], at 1 expected number to be <1/);
  refuse("train.learningRates.unet", -1e-3, /expected number to be >=0/);
  refuse("train.clipNorm", 0, /expected number to be >0/);
  refuse("train.optimizer", "adam", /expected one of "adamw"\|"sgd"/);
  refuse("train.freeze", "(", /expected a regular expression/);
  refuse("train.rsc.form", "z", /expected one of "a"/);
  refuse("train.rsc.temperature", 0, /expected number to be >0/);
  refuse("train.rsc.timesteps", [300, 50], /expected the first not after the last/);
  refuse("train.rsc.timesteps", [0, 1000], /at 1 expected number to be <=999/);
  refuse("evaluate.timesteps", [100, 350, 600, 1000], /at 3 expected number to be <=999/);
  refuse("evaluate.samplingSteps", 0, /expected number to be >=1/);
  refuse("lambda.rsc", -1, /found -1, expected number to be >=0/);
  assert.equal(changed(presets.mini, { "lambda.rsc": 0 }).lambda.rsc, 0);
});

Deno.test("trainingOf() lays a row's own settings over the preset's", () => {
  assert.equal(trainingOf(presets.mini, rowOf("A7c")).rsc.form, "c");
  const frozen = trainingOf(presets.mini, rowOf("A9t"));
  assert.deepEqual(frozen.learningRates, { ...presets.mini.train.learningRates, text: 0 });
  assert.equal(trainingOf(presets.mini, rowOf("A6")).steps, presets.mini.train.steps);
});
