/**
 * The learning rates after freezing: 0 for every parameter whose name the regular expression
 * `pattern` finds; "" freezes none.
 *
 * Throws on a malformed expression, and on one that finds none of `names`, which is a slip.
 */
export function freezing(
  pattern: string,
  names: readonly string[],
  rate: (name: string) => number,
): (name: string) => number {
  if (pattern === "") return rate;
  const frozen = expression(pattern);
  if (!names.some((name) => frozen.test(name))) {
    throw new Error(
      `freeze "${pattern}": no parameter has such a name; expected a regular expression that finds ` +
        `some of them, such as ^text_model or attn1 (a name is for example ${names[0]})`,
    );
  }
  return (name) => frozen.test(name) ? 0 : rate(name);
}

function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new Error(`freeze "${pattern}": ${(error as Error).message}`, { cause: error });
  }
}
