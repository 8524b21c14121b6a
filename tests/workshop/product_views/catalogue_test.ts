import assert from "node:assert/strict";
import { anglesOf } from "unidiff/workshop/product_views/angles.ts";
import { captionOf, materialsOf, nameOf } from "unidiff/workshop/product_views/captions.ts";
import { modelsOf, stemOf, unpack } from "unidiff/workshop/product_views/catalogue.ts";

const properties = `# made for this test
name=A catalogue
name#1=Frame H\\u00f4i An
tags#1=Blend Swap, Decoration
category#1=Living room
model#1=/a/frame.obj
width#1=60
depth#1=4.5
height#1=80
elevation#1=120
creator#1=Ann
name#2=Wooden desk
tags#2=
category#2=Office
model#2=/a/desk.obj
modelRotation#2=0 0 -1 0 1 0 1 0 0
width#2=120
depth#2=60
height#2=75
creator#2=Ben
`;

Deno.test("modelsOf() reads a catalogue's models, and says what a model lacks", () => {
  const [frame, desk] = modelsOf("Scopia", properties, "models");
  assert.deepEqual([frame!.title, frame!.tags, frame!.floor], [
    "Frame Hôi An",
    ["Decoration"],
    false,
  ]);
  assert.deepEqual(frame!.size, [60, 80, 4.5]);
  assert.deepEqual(frame!.rotation, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  assert.equal(stemOf(frame!), "scopia-1-frame-hoi-an");
  assert.deepEqual([desk!.rotation[2], desk!.floor, desk!.tags], [-1, true, []]);
  assert.throws(
    () => modelsOf("Scopia", "name#7=Chair\n", "models"),
    /catalogue Scopia: expected tags#7=…, found no such line/,
  );
});

Deno.test("unpack() says what to install where there is no catalogue", () =>
  assert.rejects(
    unpack("no-such-folder", "nowhere"),
    /BlendSwap-CC-0\.sh3f: no such file; install Debian's packages/,
  ));

Deno.test("anglesOf(): more views go on where fewer end, none from behind or below", () => {
  const chair = { catalogue: "Scopia", index: 3, size: [50, 90, 50] } as const;
  const five = anglesOf(chair, 5);
  assert.deepEqual(anglesOf(chair, 4), five.slice(0, 4));
  assert.notDeepEqual(anglesOf({ ...chair, index: 4 }, 5), five);
  assert.ok(new Set(five.map(({ ground }) => String(ground))).size > 3);
  for (const { azimuth, elevation, ground } of anglesOf(chair, 8)) {
    assert.ok(Math.abs(azimuth) < 75 && elevation >= 15 && elevation < 45);
    assert.ok(ground.every((channel) => channel > 0.85 && channel <= 1));
  }
  const widest = (size: [number, number, number]) =>
    Math.max(...anglesOf({ ...chair, size }, 8).map(({ azimuth }) => Math.abs(azimuth)));
  assert.ok(widest([80, 200, 5]) < widest([50, 90, 50]));
  const rug = anglesOf({ ...chair, size: [150, 1, 200] }, 8);
  assert.ok(rug.every(({ elevation }) => elevation >= 40));
});

Deno.test("captionOf() writes as a shop does: colour, name, tags, place", () => {
  const desk = { title: "Wooden desk", tags: [], category: "office" };
  assert.equal(captionOf(desk, ["brown"]), "A brown wooden desk for the office.");
  assert.equal(captionOf(desk, []), "A wooden desk for the office.");
  const chair = { title: "Chair", tags: ["Seat", "Chair"], category: "living room" };
  assert.equal(
    captionOf(chair, ["orange", "white"]),
    "An orange and white chair, seat for the living room.",
  );
  const trousers = { title: "Trousers", tags: ["Clothes"], category: "miscellaneous" };
  assert.equal(captionOf(trousers, ["blue"]), "Blue trousers, clothes.");
  const bus = { title: "Bus", tags: ["Car"], category: "vehicles" };
  assert.equal(captionOf(bus, ["red"]), "A red bus, car, vehicle.");
  assert.throws(() => captionOf({ ...desk, category: "garage" }, []), /category "garage" of/);
});

Deno.test("a name's own colour gives way to the measured one, its material is kept", () => {
  assert.equal(nameOf("Black table"), "table");
  const black = { title: "Black table", tags: [], category: "kitchen" };
  assert.equal(captionOf(black, ["brown"]), "A brown table for the kitchen.");
  assert.equal(nameOf("Teck chair"), "teak chair");
  assert.deepEqual(materialsOf("Teck chair"), ["wood"]);
  assert.deepEqual(materialsOf("Glass table"), ["glass"]);
  assert.deepEqual(materialsOf("Sofa"), []);
});
