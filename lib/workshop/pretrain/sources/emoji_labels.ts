/** Which emoji are things, and how a caption names them. */
import { withArticle } from "../../../drawn/mod.ts";

/** An entry of emojibase-data's en/data.json, as far as it is used. */
export interface Emoji {
  readonly label: string;
  readonly hexcode: string;
  readonly tags?: readonly string[];
  readonly subgroup?: number;
}

/**
 * What the pictures of a subgroup are, by its number in emojibase-data's meta/groups.json. Faces,
 * people, places, weather, signs, letters and flags are left out: they show no thing to sell.
 */
const CLASSES: Readonly<Record<number, string>> = {
  34: "animal",
  35: "bird",
  36: "animal",
  37: "animal",
  38: "sea animal",
  39: "bug",
  40: "flower",
  41: "plant",
  42: "fruit",
  43: "vegetable",
  44: "food",
  45: "food",
  46: "dessert",
  47: "drink",
  48: "kitchen",
  54: "vehicle",
  55: "boat",
  56: "aircraft",
  57: "luggage",
  58: "clock",
  60: "decoration",
  61: "award",
  62: "sport",
  63: "game",
  64: "craft",
  65: "clothing",
  66: "sound",
  67: "music",
  68: "musical instrument",
  69: "phone",
  70: "computer",
  71: "electronics",
  72: "book",
  73: "money",
  74: "mail",
  75: "writing",
  76: "office",
  77: "lock",
  78: "tool",
  79: "science",
  80: "medicine",
  81: "household",
};

/** Scenes, signs and states rather than things, and names that do not say what is seen. */
const LEFT_OUT = new RegExp(
  "o’clock|thirty|departure|arrival|^station$|stop|railway|track|motorway|construction|" +
    "police car light|traffic light|aerial|cableway| suit$|joker|mahjong|slash|^muted|volume|" +
    "musical note|knobs|slider|with arrow|^chart|bar chart|dividers|tray|^link|^pick$|hook|" +
    "ceremony|drop of blood|petri|dna|x-ray|microbe|wing$|paw prints|nose|fluttering|" +
    "performing arts|^sparkles|^high voltage|bubbles|pouring|^ice$|^cooking|e-mail|^pager|" +
    "^seat$|^shower$|^elevator$|^cut of meat|^memo$|^hot beverage$|^woman’s clothes$|^tennis$|" +
    "^cricket|^badminton|^lacrosse|^bowling$|field hockey|ice hockey|^ping pong|low battery|" +
    "flag in hole|film frames|with wings|with pen|with key|raised flag|^incoming|mountain|" +
    "not done|tilted right|^white flower$|^sake$|^herb$|^wood$|^mate$|^oden$|^locked$|" +
    "^unlocked$|^speaker|^locked",
);

/** Lights among the electronics. */
const LIGHTS = /^(candle|light bulb|flashlight|red paper lantern|diya lamp)$/;

/** Names without an article in front: several of a thing, or a stuff. */
const MASS = new Set([
  "bread",
  "bacon",
  "butter",
  "salt",
  "popcorn",
  "spaghetti",
  "sushi",
  "garlic",
  "canned food",
  "cooked rice",
  "curry rice",
  "soft ice cream",
  "ice cream",
  "shaved ice",
  "candy",
  "custard",
  "broccoli",
  "coral",
  "luggage",
  "soap",
  "yarn",
  "thread",
  "lipstick",
  "green salad",
  "leafy green",
  "flatbread",
  "baguette bread",
  "chopsticks",
]);

/** Names of one thing that end in s. */
const SINGULAR = /(ss|us|[^k]is|with \w+|of \w+)$/;

/** Tags that five share and that say nothing of what is seen. */
const EMPTY = new Set(
  "zodiac booze ornithology face fantasy celebrate japanese accessibility restaurant bar fly animals zoo"
    .split(" "),
);

/** Names whose article does not go by their first letter. */
const ARTICLES = [[/^(unicorn|ewe|one-|euro)/, "a"], [/^(hour|herb$|x-)/, "an"]] as const;

/** Tags that fewer chosen emoji share say little of a picture. */
const SHARED = 5;

/** The emoji that show things, in their own order. */
export function chosenEmoji(emoji: readonly Emoji[]): Emoji[] {
  return emoji.filter(({ subgroup, label }) =>
    subgroup !== undefined && CLASSES[subgroup] !== undefined && !LEFT_OUT.test(label)
  ).map((one) => ({
    ...one,
    label: one.label.replace(/ (done|tilted left|with decorative cover)$/, ""),
  }));
}

/** "a red apple", "scissors", "bread". */
export function named(label: string): string {
  const plural = /s$/.test(label) && !SINGULAR.test(label);
  if (plural || MASS.has(label)) return label;
  const article = ARTICLES.find(([beginning]) => beginning.test(label))?.[1];
  return article ? `${article} ${label}` : withArticle(label);
}

/**
 * Captions of each of these emoji, the plainest first, e.g. "A red apple, fruit.", "A red apple.", "A
 * red apple, food, fruit.", "A picture of a red apple." Of its tags only those are named that at least
 * five of them share and that are no word of the label.
 */
export function emojiCaptions(chosen: readonly Emoji[]): string[][] {
  const counts = new Map<string, number>();
  for (const { tags = [] } of chosen) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return chosen.map(({ label, tags = [], subgroup }) => {
    const kind = LIGHTS.test(label) ? "light" : CLASSES[subgroup as number] as string;
    const words = label.toLowerCase().split(/[ -]/);
    const more = tags.filter((tag) =>
      (counts.get(tag) as number) >= SHARED && /^[a-z]{3,}$/.test(tag) &&
      !EMPTY.has(tag) && !kind.includes(tag) &&
      !words.some((word) => word.startsWith(tag) || tag.startsWith(word))
    );
    const name = named(label), begin = name.charAt(0).toUpperCase() + name.slice(1);
    return [
      `${begin}, ${kind}.`,
      `${begin}.`,
      `A picture of ${name}.`,
      ...more.slice(0, 2).map((tag) => `${begin}, ${tag}, ${kind}.`),
    ];
  });
}
