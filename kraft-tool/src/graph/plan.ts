/**
 * Turns C units and assembly files into steps, each with a key that names its result: the same key, the same bytes.
 *
 * Pure; `sys/execute.ts` runs the steps. A key covers the tool that runs, its options and all content that it reads.
 */
import type { CUnit } from "@typekraft/compiler";
import { assembleFlags, compileFlags, hostedLinkFlags, linkFlags } from "./flags.ts";
import type { BuildKind } from "./flags.ts";

/** An assembly file. */
export interface NativeSource {
  readonly path: string;
  readonly package: string;
  readonly text: string;
}

/** The programs that steps start. */
export interface ToolPaths {
  readonly clang: string;
  readonly lld: string;
  readonly objcopy: string;
  /** Changes with any of them. */
  readonly identity: string;
}

/** The steps of a build. */
export interface PlanInput {
  readonly kind: BuildKind;
  readonly units: readonly CUnit[];
  readonly native: readonly NativeSource[];
  readonly linkerScript: { readonly path: string; readonly text: string } | undefined;
  readonly tools: ToolPaths;
  /** Folder of the C files. */
  readonly sourceFolder: string;
  /** Folder of cached objects. */
  readonly cacheFolder: string;
  /** The image with all symbols. */
  readonly debugImage: string;
  readonly image: string;
  readonly hash: (parts: Iterable<string>) => string;
}

/** One program run that turns files into a file. `%OUT%` in the arguments stands for the file to write. */
export interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly output: string;
  readonly key: string;
}

/** The steps of a build. */
export interface Plan {
  /** C files to write first. */
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** In any order and in parallel. */
  readonly objects: readonly Step[];
  /** After all objects, one after the other. */
  readonly link: readonly Step[];
}

/** Stands for the file to write in the arguments of a step. */
export const OUTPUT = "%OUT%";

/** The steps that turn these units into an image. */
export function planBuild(input: PlanInput): Plan {
  const sources = input.units.map(({ name, text }) => ({
    path: `${input.sourceFolder}/${name}`,
    text,
  }));
  const objects = [
    ...input.units.map((unit) => compileStep(input, unit)),
    ...input.native.map((source) => assembleStep(input, source)),
  ];
  return { sources, objects, link: linkSteps(input, objects) };
}

function compileStep(input: PlanInput, unit: CUnit): Step {
  const flags = compileFlags(input.kind);
  const key = input.hash([input.tools.identity, ...flags, unit.name, unit.text]);
  return {
    title: `clang ${unit.name}`,
    command: input.tools.clang,
    args: [...flags, "-c", `${input.sourceFolder}/${unit.name}`, "-o", OUTPUT],
    output: `${input.cacheFolder}/${key.slice(0, 32)}.o`,
    key,
  };
}

function assembleStep(input: PlanInput, source: NativeSource): Step {
  const flags = assembleFlags(input.kind);
  const key = input.hash([input.tools.identity, ...flags, source.path, source.text]);
  const name = source.path.slice(source.path.lastIndexOf("/") + 1);
  return {
    title: `assemble ${source.package} ${name}`,
    command: input.tools.clang,
    args: [...flags, "-c", source.path, "-o", OUTPUT],
    output: `${input.cacheFolder}/${key.slice(0, 32)}.o`,
    key,
  };
}

function linkSteps(input: PlanInput, objects: readonly Step[]): Step[] {
  const files = objects.map(({ output }) => output);
  const keys = objects.map(({ key }) => key);
  const name = input.image.slice(input.image.lastIndexOf("/") + 1);
  if (input.kind.hosted) {
    const flags = hostedLinkFlags(input.kind);
    const key = input.hash([input.tools.identity, ...flags, ...keys]);
    const args = [...flags, ...files, "-o", OUTPUT];
    return [{ title: `link ${name}`, command: input.tools.clang, args, output: input.image, key }];
  }
  const flags = linkFlags(input.kind, input.linkerScript?.path);
  const key = input.hash([input.tools.identity, ...flags, input.linkerScript?.text ?? "", ...keys]);
  return [
    {
      title: `link ${name}`,
      command: input.tools.lld,
      args: [...flags, "-o", OUTPUT, ...files],
      output: input.debugImage,
      key,
    },
    {
      title: `strip ${name}`,
      command: input.tools.objcopy,
      args: ["--strip-all", input.debugImage, OUTPUT],
      output: input.image,
      key: input.hash([key, "strip"]),
    },
  ];
}
