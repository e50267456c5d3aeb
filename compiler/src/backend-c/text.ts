/**
 * C expressions as text with their precedence, and the one rule for parentheses: an operand gets them unless C binds it
 * tighter without doubt and without a warning. Chains of one operator stay flat, so that depth of parentheses follows the
 * depth of the program's expressions and not their length (clang accepts 256 levels by default).
 */

/** From tightly to loosely binding. */
export const Level = {
  primary: 0,
  unary: 1,
  arithmetic: 2,
  bits: 3,
  compare: 4,
  logic: 5,
  conditional: 6,
} as const;
export type Level = (typeof Level)[keyof typeof Level];

/** A C expression: its text and how tightly its outermost operator binds. */
export interface C {
  readonly text: string;
  readonly level: Level;
}

export const primary = (text: string): C => ({ text, level: Level.primary });

/** The text as an operand where at most `level` stands without parentheses. */
export function operand(c: C, level: Level): string {
  return c.level <= level ? c.text : `(${c.text})`;
}

/** With a postfix behind it: `x.f`, `x[i]`. */
export function postfix(c: C, suffix: string): C {
  return primary(operand(c, Level.primary) + suffix);
}

/** A prefix operator. */
export function unary(operator: string, c: C): C {
  // `- -x`, `& &x`: the same sign twice would be another operator.
  const text = operand(c, Level.unary);
  return {
    text: text.startsWith(operator) ? `${operator}(${text})` : operator + text,
    level: Level.unary,
  };
}

/** A conversion to a C type. */
export function cast(type: string, c: C): C {
  return { text: `(${type})${operand(c, Level.unary)}`, level: Level.unary };
}

/** Operands of one left-associative operator; those that bind looser than `inner` get parentheses. */
export function chain(operands: readonly C[], operator: string, level: Level, inner: Level): C {
  return { text: operands.map((c) => operand(c, inner)).join(` ${operator} `), level };
}
