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

/** Sets of words of which one can stand for another without breaking the syntax, and often not the types either. */
const ALIKE: readonly (readonly string[])[] = [
  [
    "u8",
    "u16",
    "u32",
    "u64",
    "i8",
    "i16",
    "i32",
    "i64",
    "usize",
    "boolean",
    "str",
    "be16",
    "be32",
    "f64",
    "void",
    "never",
  ],
  ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&&", "||", "??"],
  ["===", "!==", "<", "<=", ">", ">="],
  ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="],
  ["0", "1", "2", "3", "7", "8", "255", "256", "65536", "0xffff_ffff", "9007199254740993", "-1"],
  ["true", "false", "null", "this"],
  ["const", "let", "using", "var"],
  ["break", "continue", "return"],
  ["public", "private", "readonly", "static", "override", "abstract", "declare"],
  ["while", "if"],
  [
    "wrapAdd",
    "wrapSub",
    "wrapMul",
    "rotateLeft",
    "clz",
    "bswap",
    "htons",
    "ntohl",
    "u8",
    "i64",
    "virt",
  ],
];

/** The source with `count` mutations that mostly keep the syntax: words alike exchanged, lines dropped or doubled. */
export function mutateGently(source: string, random: () => number, count: number): string {
  let text = source;
  for (let i = 0; i < count; i++)
    text = random() % 4 === 0 ? mutateLine(text, random) : exchange(text, random);
  return text;
}

function mutateLine(text: string, random: () => number): string {
  const lines = text.split("\n");
  const simple = lines.flatMap((line, i) => (/^ +[^{}]*;$/.test(line) ? [i] : []));
  const [at, other] = [simple[random() % simple.length], simple[random() % simple.length]];
  if (at === undefined || other === undefined) return text;
  const moved = lines[other] ?? "";
  const choices: readonly (readonly string[])[] = [
    [],
    [lines[at] ?? "", lines[at] ?? ""],
    [lines[at] ?? "", moved],
    [moved],
  ];
  lines.splice(at, 1, ...(choices[random() % choices.length] ?? []));
  return lines.join("\n");
}

function exchange(text: string, random: () => number): string {
  const tokens = [...text.matchAll(TOKEN)].map((m) => ({ text: m[0], at: m.index }));
  for (let tries = 0; tries < 20; tries++) {
    const token = tokens[random() % tokens.length];
    if (token === undefined) continue;
    const group = ALIKE.filter((g) => g.includes(token.text));
    const isName = /^[a-z]\w*$/.test(token.text) && group.length === 0;
    const names = isName
      ? tokens.filter((t) => /^[a-z]\w*$/.test(t.text) && Math.abs(t.at - token.at) < 300)
      : [];
    const words = isName
      ? names.map((t) => t.text)
      : (group[random() % Math.max(1, group.length)] ?? []);
    const word = words[random() % Math.max(1, words.length)];
    if (word === undefined || word === token.text) continue;
    return text.slice(0, token.at) + word + text.slice(token.at + token.text.length);
  }
  return text;
}
