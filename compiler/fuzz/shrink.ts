/**
 * Makes a program that shows a difference small: statements, branches and operands are taken out as long as the
 * difference stays. Many candidates go into one compile; those that the compiler rejects are no candidates.
 */
import type { Program } from "./ast.ts";
import { type Build } from "./build.ts";
import { type Checks, compareBatch, type Report, type Subject, subjectOf } from "./campaign.ts";

/** A change to the program in place. */
interface Edit {
  apply(): void;
  undo(): void;
}

const BATCH = 32;

/** Shrinks `program` in place as far as it goes within the time, and gives what is left of it. */
export async function shrink(
  program: Program,
  checks: Checks,
  build: Build,
  milliseconds: number,
): Promise<Subject> {
  const end = Date.now() + milliseconds;
  for (let progress = true; progress && Date.now() < end;) {
    progress = false;
    const open = edits(program);
    while (open.length > 0 && Date.now() < end) {
      const group = open.splice(0, BATCH);
      const good = await differing(program, group, checks, build);
      if (await applyAll(program, good, checks, build)) progress = true;
    }
  }
  return subjectOf(0, program);
}

/** Applies as many of the edits, each fine alone, as are fine together; says whether that is any. */
async function applyAll(
  program: Program,
  list: readonly Edit[],
  checks: Checks,
  build: Build,
): Promise<boolean> {
  if (list.length === 0) return false;
  for (const edit of list) edit.apply();
  const [still] = await differing(program, [NOTHING], checks, build);
  if (still !== undefined) return true;
  for (const edit of [...list].reverse()) edit.undo();
  if (list.length === 1) return false;
  const middle = list.length >> 1;
  const first = await applyAll(program, list.slice(0, middle), checks, build);
  const second = await applyAll(program, list.slice(middle), checks, build);
  return first || second;
}

const NOTHING: Edit = { apply: () => undefined, undo: () => undefined };

/** Those of the edits after which native program and interpreter still differ. */
async function differing(
  program: Program,
  group: readonly Edit[],
  checks: Checks,
  build: Build,
): Promise<Edit[]> {
  const subjects: Subject[] = [];
  group.forEach((edit, i) => {
    edit.apply();
    try {
      const subject = subjectOf(i, program);
      if (subject.expected[checks] !== undefined) subjects.push(subject);
    } catch {
      // The interpreter cannot run it: a variable whose declaration went, say.
    }
    edit.undo();
  });
  const report: Report = { findings: [], compared: new Map() };
  await compareBatch(subjects, checks, [build], 1, report, false);
  const found = new Set(
    report.findings.filter((f) => f.kind !== "rejected" && f.kind !== "broken").map((f) => f.seed),
  );
  return group.filter((_, i) => found.has(i));
}

/** All edits of the program as it is now. */
function edits(program: Program): WeighedEdit[] {
  const found: WeighedEdit[] = [];
  const seen = new Set<object>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (Array.isArray(node)) {
      found.push(...removals(node));
      node.forEach(visit);
      return;
    }
    const record = node as Record<string, unknown>;
    for (const [key, value] of Object.entries(record)) {
      found.push(...replacements(record, key, value));
      visit(value);
    }
  };
  visit(program);
  return found.sort((a, b) => b.weight - a.weight);
}

type WeighedEdit = Edit & { readonly weight: number };

const STATEMENTS = new Set([
  "let",
  "take",
  "takeInto",
  "expr",
  "note",
  "assert",
  "block",
  "if",
  "while",
  "do",
  "for",
  "forOf",
  "switch",
  "break",
  "continue",
]);
const opOf = (node: unknown): string | undefined =>
  typeof node === "object" && node !== null && "op" in node ? String(node.op) : undefined;
const nodesOf = (node: unknown): number =>
  typeof node === "object" && node !== null
    ? 1 +
      Object.values(node).reduce(
        (sum: number, n) => sum + (Array.isArray(n) ? n.length * 3 : opOf(n) === undefined ? 0 : 1),
        0,
      )
    : 1;

/** Taking an item out of a list of statements or declarations, or putting its inner statements in its place. */
function removals(list: unknown[]): WeighedEdit[] {
  return list.flatMap((item): WeighedEdit[] => {
    const isDeclaration =
      typeof item === "object" && item !== null && "name" in item && !("op" in item);
    if (!isDeclaration && !STATEMENTS.has(opOf(item) ?? "")) return [];
    const record = item as Record<string, unknown>;
    const inner = [record["then"], record["else"], record["body"]].filter(
      (b) => Array.isArray(b) && STATEMENTS.has(opOf(item) ?? ""),
    );
    return [[], ...(inner as unknown[][])].map((replacement) => spliced(list, item, replacement));
  });
}

function spliced(list: unknown[], item: unknown, replacement: readonly unknown[]): WeighedEdit {
  let at = -1;
  return {
    weight: 10 * nodesOf(item) - replacement.length,
    apply: () => {
      at = list.indexOf(item);
      if (at >= 0) list.splice(at, 1, ...replacement);
    },
    undo: () => {
      if (at >= 0) list.splice(at, replacement.length, item);
    },
  };
}

const EXPRESSIONS = [
  "operand",
  "left",
  "right",
  "condition",
  "then",
  "else",
  "value",
  "index",
  "count",
];

/** Putting one of its operands, or 1, in the place of an expression. */
function replacements(record: Record<string, unknown>, key: string, value: unknown): WeighedEdit[] {
  const op = opOf(value);
  if (op === undefined || STATEMENTS.has(op) || op === "lit" || op === "var" || op === "return")
    return [];
  const node = value as Record<string, unknown>;
  const parts = EXPRESSIONS.map((k) => node[k]).filter(
    (part) => opOf(part) !== undefined && !Array.isArray(part),
  );
  const { type } = node as { type?: { kind?: string } };
  if (type?.kind === "int") parts.push({ op: "lit", type, value: 1n });
  return parts.map((part) => {
    let old: unknown;
    return {
      weight: nodesOf(value),
      apply: () => {
        old = record[key];
        record[key] = part;
      },
      undo: () => {
        record[key] = old;
      },
    };
  });
}
