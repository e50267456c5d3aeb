/** `npm run ok`: runs the gate. `npm run fix` mends first what the tools can mend by themselves. */
import { checks, describe, runGate } from "./gate.ts";
import { run } from "./process.ts";

if (process.argv.includes("--fix")) {
  for (const { fix } of checks) if (fix !== undefined) await run(fix);
}
const outcomes = await runGate((outcome) => process.stdout.write(describe(outcome)));
const failed = outcomes.filter(({ finished }) => finished.status !== 0).length;
process.stdout.write(
  failed === 0 ? "The gate is open.\n" : `${String(failed)} of the gate's checks failed.\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
