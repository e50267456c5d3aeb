/**
 * Finds what a module imports without the TypeScript compiler, which takes longer to load than a whole null build.
 *
 * The text is cut into comments, strings, templates, words and single characters; an import is a string behind the word
 * `from` in a statement that began with `import` or `export`, or directly behind `import`. Regular expression literals
 * are not recognised: kernel code has none.
 */

/** One import or re-export. */
export interface ModuleImport {
  /** As written: `./ring.ts` or `@typekraft/sched`. */
  readonly specifier: string;
  /** `import type …` and `export type …`: nothing of it is in the program. */
  readonly typeOnly: boolean;
  /** Index of the specifier's opening quote in the source. */
  readonly offset: number;
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_$][\w$]*|[^\s]/gy;
const SPACE = /\s*/gy;

/** The imports of a module, in order, duplicates included. */
export function importsOf(source: string): ModuleImport[] {
  const found: ModuleImport[] = [];
  let statement: "import" | "export" | undefined;
  let typeOnly = false;
  let last = "";
  for (const [token, offset] of tokens(source)) {
    const literal = token.startsWith('"') || token.startsWith("'");
    if (literal && statement !== undefined && (last === "from" || last === "import")) {
      found.push({ specifier: token.slice(1, -1), typeOnly, offset });
      statement = undefined;
    } else if (token === "import" || token === "export") {
      statement = token;
      typeOnly = false;
    } else if (token === "type" && last === statement) typeOnly = true;
    else if (token === ";" || token === "=" || token === "(") statement = undefined;
    last = token;
  }
  return found;
}

/** All tokens with their offsets, but not comments and the text of templates; the code within `${…}` counts. */
function* tokens(source: string): Generator<[string, number]> {
  // For each template that we are in: how many braces are open since its last `${`.
  const templates: number[] = [];
  let at = 0;
  while (at < source.length) {
    SPACE.lastIndex = at;
    SPACE.exec(source);
    at = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source)?.[0];
    if (token === undefined) return;
    at += token.length;
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    const braces = templates.at(-1);
    if (token === "`" || (token === "}" && braces === 0)) {
      if (token === "}") templates.pop();
      at = skipTemplate(source, at);
      if (source.startsWith("${", at - 2)) templates.push(0);
      continue;
    }
    if (braces !== undefined && token === "{") templates[templates.length - 1] = braces + 1;
    if (braces !== undefined && token === "}") templates[templates.length - 1] = braces - 1;
    yield [token, at - token.length];
  }
}

/** The index behind the next `${` or behind the end of the template. */
function skipTemplate(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === "\\") at++;
    else if (character === "`") return at + 1;
    else if (source.startsWith("${", at)) return at + 2;
  }
  return source.length;
}
