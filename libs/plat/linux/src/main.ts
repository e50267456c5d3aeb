/**
 * The start of the process: prepares clock, memory and signals and runs the program.
 *
 * It is called by `_start` of start.S, or by the C library where one takes part; in both cases the
 * environment and the auxiliary vector follow the arguments.
 *
 * @unsafe reads what the kernel has put behind the arguments
 */
import { readArguments } from "./command-line.ts";
import { handleSignals } from "./crash.ts";
import { giveMemoryToHeap } from "./memory.ts";
import { useClockFunction } from "./time.ts";
import { findVdsoFunction } from "./vdso.ts";

const AT_NULL: u64 = 0;
const AT_SYSINFO_EHDR: u64 = 33;

/**
 * What `main` of the program returns becomes the status of the process.
 * @export main
 */
export function start(argc: i32, argv: VirtAddr): i32 {
  runModuleInitializers();
  handleSignals();
  findClock(u64(argv) + (u64(argc) + 1) * 8);
  giveMemoryToHeap();
  readArguments(argc, argv);
  runInitCalls();
  return runMain();
}

/** `environment` is the address of the list of environment variables. */
function findClock(environment: u64): void {
  let at = environment;
  while (load<u64>(virt(at)) !== 0) at += 8;
  at += 8;
  for (;;) {
    const tag = load<u64>(virt(at));
    if (tag === AT_NULL) return;
    if (tag === AT_SYSINFO_EHDR) {
      const found = findVdsoFunction(load<u64>(virt(at + 8)), bytes("__vdso_clock_gettime\0"));
      if (u64(found) !== 0) useClockFunction(found);
      return;
    }
    at += 16;
  }
}
