/** The texts and JSON objects that commands print as results. */
import pc from "picocolors";
import type { BuiltTarget } from "../commands/build.ts";
import type { TestReport } from "../commands/test.ts";
import type { Resolution } from "../resolve/resolve.ts";
import { shownPath } from "../sys/paths.ts";

/** `123.4 KB` with 1 KB = 1000 bytes, as disk sizes are given. */
export function formatSize(bytes: number): string {
  return bytes < 10_000 ? `${String(bytes)} bytes` : `${(bytes / 1000).toFixed(1)} KB`;
}

/** Two or three lines for an image. */
export function buildText(built: BuiltTarget): string {
  const { text, readOnly, data, bss } = built.summary;
  const parts = [
    `text ${group(text)}`,
    `read-only ${group(readOnly)}`,
    `data ${group(data)}`,
    `bss ${group(bss)}`,
  ];
  const took = built.program.current ? "up to date" : `${built.seconds.toFixed(1)} s`;
  return [
    `${pc.bold(shownPath(built.image.path))}  ${built.target}  ${formatSize(built.image.bytes)}  ${pc.dim(took)}`,
    pc.dim(`  ${parts.join("  ")}  symbols in ${shownPath(built.program.debugImage)}`),
    "",
  ].join("\n");
}

/** The object of `build --json`. */
export function buildJson(name: string, built: readonly BuiltTarget[]): string {
  const targets = built.map((target) => ({
    target: target.target,
    image: target.image,
    debugImage: target.program.debugImage,
    sections: target.summary,
    current: target.program.current,
    seconds: Number(target.seconds.toFixed(3)),
    packages: target.resolution.packages.map((pkg) => pkg.name),
    warnings: target.program.warnings,
  }));
  return `${JSON.stringify({ name, targets }, undefined, 2)}\n`;
}

/** Why each library is in the program. */
export function explainText(resolution: Resolution): string {
  const width = Math.max(...resolution.packages.map(({ name }) => name.length));
  const lines = resolution.packages.map(
    ({ name }) => `${name.padEnd(width)}  ${pc.dim(resolution.reasons.get(name) ?? "")}`,
  );
  return `${pc.bold(resolution.target)}\n${lines.join("\n")}\n`;
}

/** The last line of a test run. */
export function testSummary(report: TestReport): string {
  const passed = report.outcomes.filter((outcome) => outcome.passed).length;
  const failed = report.outcomes.length - passed + report.broken.length;
  return `${String(passed)} passed, ${String(failed)} failed`;
}

function group(bytes: number): string {
  return bytes.toLocaleString("en-US");
}
