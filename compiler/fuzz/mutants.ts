/**
 * Robustness: sources with random tokens swapped, dropped or replaced are compiled, many to a compile. Whatever the
 * source, the compiler gives diagnostics or C that compiles; an exception, IR that the verifier rejects, or C that
 * does not compile is a finding.
 *
 * `tsx compiler/fuzz/mutants.ts --seed N --mutants N [--batch 40]`
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { mutate, mutateGently, xorshift } from "../test/mutate.ts";
import { repository } from "../test/programs.ts";
import { BUILDS } from "./build.ts";
import { compareBatch, type Finding, type Report } from "./campaign.ts";
import { generate } from "./generate.ts";
import { printProgram } from "./print.ts";

/** The tests of the language as modules whose `run` calls each test. */
export function languageTests(): string[] {
  const folder = join(repository, "compiler/test/language");
  return readdirSync(folder)
    .filter((f) => f.endsWith(".test.ts"))
    .map((f) => {
      const text = readFileSync(join(folder, f), "utf8");
      const tests = [...text.matchAll(/^export function (\w+)\(\): void/gm)].map(
        (m) => `  ${m[1] ?? ""}();`,
      );
      return `${text}\nexport function run(): void {\n${tests.join("\n")}\n}\n`;
    });
}

/** The mutant with this seed: of a language test, or of a generated program. */
export function mutantOf(seed: number, sources: readonly string[]): string {
  const random = xorshift(Math.imul(seed + 1, 0x9e37_79b1));
  for (let i = 0; i < 4; i++) random();
  const source =
    random() % 3 === 0 ? printProgram(generate(seed)) : (sources[random() % sources.length] ?? "");
  return random() % 4 === 0
    ? mutate(source, random, 1 + (random() % 3))
    : mutateGently(source, random, 1 + (random() % 3));
}

/** Compiles the mutants with these seeds; gives the findings and how many compiled all the way. */
export async function checkMutants(
  from: number,
  count: number,
): Promise<{ findings: Finding[]; rejected: number }> {
  const sources = languageTests();
  const none = { debug: undefined, release: undefined };
  const subjects = Array.from({ length: count }, (_, i) => ({
    seed: from + i,
    text: mutantOf(from + i, sources),
    expected: none,
  }));
  const report: Report = { findings: [], compared: new Map() };
  await compareBatch(subjects, from % 2 === 0 ? "debug" : "release", BUILDS.slice(0, 1), 1, report);
  // What an `asm` says is between its author and the assembler: only files marked unsafe have it.
  const findings = report.findings.filter(
    (f) => f.kind !== "rejected" && !f.detail.includes("<inline asm>"),
  );
  return { findings, rejected: report.findings.length - findings.length };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      mutants: { type: "string", default: "1000" },
      batch: { type: "string", default: "40" },
    },
  });
  const output = join(repository, "out/fuzz");
  const sources = languageTests();
  const total = Number(values.mutants);
  let rejected = 0;
  let bad = 0;
  for (let done = 0; done < total; done += Number(values.batch)) {
    const count = Math.min(Number(values.batch), total - done);
    const from = Number(values.seed) + done;
    const result = await checkMutants(from, count);
    rejected += result.rejected;
    bad += result.findings.length;
    for (const f of result.findings) {
      mkdirSync(output, { recursive: true });
      writeFileSync(join(output, `mutant-${String(f.seed)}.ts`), mutantOf(f.seed, sources));
      console.log(`mutant ${String(f.seed)}: ${f.kind} (${f.where})\n${f.detail.slice(0, 1500)}`);
    }
    console.log(
      `mutants ${values.seed} to ${String(from + count - 1)}: ${String(rejected)} rejected with diagnostics, ` +
        `${String(done + count - rejected - bad)} compiled, ${String(bad)} findings`,
    );
  }
  process.exitCode = bad === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
