/** The options of clang and ld.lld for each kind of build, with the reason for each that is not obvious. */
import { C_FLAGS, CLANG_FLAGS } from "@typekraft/compiler/flags";
import type { Target } from "../kraftfile/schema.ts";

/** How far the linker optimises across units: not, per unit with summaries (ThinLTO), or the program as one. */
export type Lto = "none" | "thin" | "full";

/** What decides the options of clang and the linker. */
export interface BuildKind {
  readonly target: Target;
  /** Linked with the C library, AddressSanitizer and UndefinedBehaviorSanitizer, for unit tests on the build host. */
  readonly hosted: boolean;
  readonly lto: Lto;
  /** Not optimised, so that a debugger finds every variable; only where not `hosted`. */
  readonly debuggable?: boolean;
  /** Counts how often each line runs; only where `hosted`. */
  readonly coverage?: boolean;
}

const SANITIZERS: readonly string[] = [
  "-fsanitize=address,undefined",
  // An empty slice is null + 0, which C's letter forbids and LLVM defines.
  "-fno-sanitize=pointer-overflow",
  "-fno-sanitize-recover=all",
];

const COVERAGE: readonly string[] = [
  "-fprofile-instr-generate",
  "-fcoverage-mapping",
  // The counters can then lie in the profile's file itself, where a panic does not lose them.
  "-mllvm",
  "-runtime-counter-relocation",
];

/** What every generated C unit is compiled with. */
export function compileFlags(kind: BuildKind): string[] {
  const flags = [
    ...C_FLAGS,
    ...CLANG_FLAGS,
    "-g",
    // Debug information without the path of the checkout: the same sources give the same image anywhere.
    "-fdebug-compilation-dir=.",
    // Panics walk the stack by frame pointers.
    "-fno-omit-frame-pointer",
    "-mno-omit-leaf-frame-pointer",
    "-fvisibility=hidden",
    "-fno-stack-protector",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    // Images are linked to a fixed address.
    "-fno-pic",
    "-Werror=implicit-function-declaration",
    "-Werror=incompatible-pointer-types",
    "-Werror=int-conversion",
    "-Werror=return-type",
  ];
  if (kind.hosted) {
    return [...flags, "-O1", ...SANITIZERS, ...(kind.coverage === true ? COVERAGE : [])];
  }
  // A frame above 4 KiB touches each of its pages, so that it cannot step over the guard page of its stack.
  flags.push("-ffunction-sections", "-fdata-sections", "-fstack-clash-protection");
  flags.push(kind.debuggable === true ? "-O0" : "-O2");
  if (kind.lto !== "none") flags.push(`-flto=${kind.lto}`);
  // An exception handler runs on the stack that it interrupted and must not overwrite the leaf function's data.
  if (kind.target === "qemu/x86_64") flags.push("-mno-red-zone");
  return flags;
}

/** What assembly files are assembled with; they see `KRAFT_HOSTED` where the C library starts the program. */
export function assembleFlags(kind: BuildKind): string[] {
  const flags = ["-g", "-fdebug-compilation-dir=.", "-fno-pic"];
  return kind.hosted ? [...flags, "-DKRAFT_HOSTED"] : flags;
}

/** Arguments of ld.lld for a freestanding image. */
export function linkFlags(kind: BuildKind, linkerScript: string | undefined): string[] {
  const flags = [
    "-m",
    "elf_x86_64",
    "-static",
    "-nostdlib",
    "--gc-sections",
    "--build-id=none",
    "-O2",
    "--fatal-warnings",
    "-z",
    "noexecstack",
    "-z",
    "max-page-size=4096",
  ];
  if (kind.lto !== "none") flags.push("--lto-O2", "--thinlto-jobs=all");
  if (linkerScript !== undefined) flags.push("-T", linkerScript);
  return flags;
}

/** Arguments of clang as the linker of a hosted test program. */
export function hostedLinkFlags(kind: BuildKind): string[] {
  const profile = kind.coverage === true ? ["-fprofile-instr-generate"] : [];
  return [...SANITIZERS, ...profile, "-no-pie", "-fuse-ld=lld", "-g"];
}
