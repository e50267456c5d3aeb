/** `kraft build`: the images of a project or a single file. */
import { basename, join } from "node:path";
import type { Checks } from "@typekraft/compiler";
import { reachFrom } from "../catalog/reach.ts";
import { KraftError } from "../diagnostics/error.ts";
import type { Lto } from "../graph/flags.ts";
import { ElfError, parseElf } from "../image/elf.ts";
import { summarise } from "../image/summary.ts";
import type { ImageSummary } from "../image/summary.ts";
import { TARGETS } from "../kraftfile/schema.ts";
import type { Target } from "../kraftfile/schema.ts";
import { programConfig } from "../resolve/config.ts";
import { resolve } from "../resolve/resolve.ts";
import type { Resolution } from "../resolve/resolve.ts";
import type { Progress } from "../sys/execute.ts";
import {
  absolute,
  copyFile,
  folderEntries,
  makeFolder,
  readBytes,
  readText,
} from "../sys/files.ts";
import { nowMs } from "../sys/terminal.ts";
import { loadCatalog, loadDefinitions, packageReach } from "./pool.ts";
import { buildProgram } from "./program.ts";
import type { BuiltProgram } from "./program.ts";
import type { Project } from "./project.ts";

/** What `build` is asked for. */
export interface BuildOptions {
  /** Undefined: the targets of the Kraftfile. */
  readonly target: Target | undefined;
  readonly checks: Checks;
  /** Not optimised, so that a debugger finds every variable. */
  readonly debuggable: boolean;
  /** Folder for a copy of the C files and the images. */
  readonly output: string | undefined;
}

/** A finished image. */
export interface BuiltTarget {
  readonly target: Target;
  readonly image: { readonly path: string; readonly bytes: number };
  readonly program: BuiltProgram;
  readonly summary: ImageSummary;
  readonly resolution: Resolution;
  readonly seconds: number;
}

/** A rebuild then compiles one unit instead of optimising the whole program again: docs/design/0004. */
const LTO: Lto = "none";

/** Builds every chosen target of the project. */
export async function build(
  project: Project,
  options: BuildOptions,
  progress: Progress,
): Promise<BuiltTarget[]> {
  const targets = options.target === undefined ? project.kraftfile.targets : [options.target];
  const built: BuiltTarget[] = [];
  for (const target of targets) built.push(await buildTarget(project, target, options, progress));
  return built;
}

/** Which libraries the program consists of, and why; builds nothing. */
export function resolveProject(project: Project, target: Target): Resolution {
  return resolve({
    target,
    catalog: loadCatalog(project.directory),
    reach: packageReach(),
    application: reachFrom([project.main], readText),
    libraries: project.kraftfile.libraries,
  });
}

async function buildTarget(
  project: Project,
  target: Target,
  options: BuildOptions,
  progress: Progress,
): Promise<BuiltTarget> {
  const began = nowMs();
  const resolution = resolveProject(project, target);
  const { checks } = options;
  const config = programConfig(
    resolution.packages,
    loadDefinitions(resolution.packages),
    project.kraftfile,
    checks === "debug",
  );
  const suffix =
    (checks === "release" ? "" : `-${checks}`) + (options.debuggable ? "-debuggable" : "");
  const buildFolder = join(project.workFolder, "build", `${target.replace("/", "-")}${suffix}`);
  const program = await buildProgram(
    {
      title: `${project.kraftfile.name} for ${target}`,
      kind: { target, hosted: false, lto: LTO, debuggable: options.debuggable },
      resolution,
      main: project.main,
      tests: undefined,
      config,
      checks,
      base: project.base,
      buildFolder,
      cacheFolder: join(project.workFolder, "cache"),
      image: join(imageFolder(project) ?? buildFolder, imageName(project, target)),
    },
    progress,
  );
  const copied =
    options.output === undefined ? program : copyOutput(program, absolute(options.output));
  const bytes = readBytes(copied.image) ?? new Uint8Array();
  return {
    target,
    image: { path: copied.image, bytes: bytes.length },
    program: copied,
    summary: {
      ...summariseImage(copied.debugImage),
      memoryEnd: summariseImage(copied.image).memoryEnd,
    },
    resolution,
    seconds: (nowMs() - began) / 1000,
  };
}

function imageFolder(project: Project): string | undefined {
  const { outdir } = project.kraftfile;
  return outdir === undefined ? undefined : join(project.directory, outdir);
}

/** `hello_qemu-x86_64`, as the users of kraft know it. */
function imageName(project: Project, target: Target): string {
  return `${project.kraftfile.name}_${target.replace("/", "-")}`;
}

/** Copies C files, image and debug image into the folder. */
function copyOutput(program: BuiltProgram, folder: string): BuiltProgram {
  makeFolder(folder);
  for (const name of folderEntries(program.sourceFolder)) {
    copyFile(join(program.sourceFolder, name), join(folder, name));
  }
  const image = join(folder, basename(program.image));
  const debugImage = join(folder, basename(program.debugImage));
  copyFile(program.image, image);
  copyFile(program.debugImage, debugImage);
  return { ...program, image, debugImage };
}

function summariseImage(path: string): ImageSummary {
  try {
    return summarise(parseElf(readBytes(path) ?? new Uint8Array()));
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    throw new KraftError({
      code: "KR5003",
      what: `${path} is no usable image: ${error.message}`,
      next: "kraft clean, and build again",
    });
  }
}

/** The target to run: the wanted one, else the project's first. */
export function runTarget(project: Project, wanted: Target | undefined): Target {
  return wanted ?? project.kraftfile.targets[0] ?? TARGETS[0];
}
