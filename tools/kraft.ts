/** Calls of the companion tool from the repository's scripts and tests, as a user makes them: by its command line. */
import { run } from "./process.ts";

/** What `./kraft build --json` says about the image of one target. */
export interface BuiltImage {
  readonly target: string;
  /** Absolute path of the image. */
  readonly path: string;
  readonly bytes: number;
}

/** Builds a project or a single file. Throws with the tool's own message where it does not build. */
export async function build(project: string, ...options: readonly string[]): Promise<BuiltImage> {
  const finished = await run(["./kraft", "build", project, "--json", ...options]);
  if (finished.status !== 0) throw new Error(`kraft build ${project}:\n${finished.output}`);
  return parseBuild(finished.output);
}

/** Takes the image out of the JSON object, before which notes may stand. */
export function parseBuild(output: string): BuiltImage {
  const start = output.indexOf("{");
  const report = JSON.parse(output.slice(start)) as {
    readonly targets: readonly {
      readonly target: string;
      readonly image: { readonly path: string; readonly bytes: number };
    }[];
  };
  const [first] = report.targets;
  if (first === undefined) throw new Error("kraft build --json named no target");
  return { target: first.target, ...first.image };
}
