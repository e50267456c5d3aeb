/** Mutations of source text for the robustness test: tokens swapped, dropped, doubled or replaced by others. */

/** A small generator: the same seed gives the same numbers on every machine. */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const TOKEN =
  /[A-Za-z_$#][\w$]*|\d[\w.]*|"[^"\n]*"|`[^`]*`|===|!==|=>|<<|>>|&&|\|\||[-+*/%&|^]=|\+\+|--|\S/g;

const STRANGE = [
  "null",
  "this",
  "0",
  "-1",
  "0xffff_ffff",
  "1.5",
  '"text"',
  "true",
  "u8",
  "u64",
  "any",
  "number",
  "[",
  "]",
  "(",
  ")",
  "{",
  "}",
  "new",
  "return",
  "=>",
  "=",
  "===",
  "<",
  ">>",
  "!",
  "?",
  "...",
  "await",
  "async",
  "static",
  "let",
  "const",
  "class",
  "extends",
  "implements",
  "Slice<u8>",
  "CFn<() => void>",
  "fixedArray<u8, 4>()",
  "sizeof<u32>()",
  "[1, 2]",
  "(x) => x",
  "new Q()",
  "#p",
  "never",
  "void",
  "yield",
  "typeof",
  "enum",
  "interface",
  "super",
  "super()",
  "FixedArray<u8, 0>",
  "FixedArray<u64, 99999999>",
  "| null",
  "!.",
  "?.",
];

/** The source with `count` random mutations. */
export function mutate(source: string, random: () => number, count: number): string {
  const tokens = [...source.matchAll(TOKEN)].map((m) => ({ text: m[0], at: m.index }));
  const edits = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    const at = random() % tokens.length;
    const token = tokens[at];
    const other = tokens[random() % tokens.length];
    if (token === undefined || other === undefined) continue;
    const strange = STRANGE[random() % STRANGE.length] ?? "";
    const choices = [
      "",
      `${token.text} ${token.text}`,
      other.text,
      other.text,
      strange,
      `${token.text} ${strange}`,
    ];
    edits.set(at, choices[random() % choices.length] ?? "");
  }
  let result = "";
  let end = 0;
  tokens.forEach((t, i) => {
    const edit = edits.get(i);
    if (edit === undefined) return;
    result += source.slice(end, t.at) + edit;
    end = t.at + t.text.length;
  });
  return result + source.slice(end);
}
