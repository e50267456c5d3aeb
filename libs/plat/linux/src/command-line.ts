/**
 * The command line: the arguments of the process without its name, joined by blanks, quoted where
 * they need it.
 *
 * @unsafe reads the argument vector that the kernel has put on the stack
 */
import { heap } from "@typekraft/alloc";
import { quote, quotedBytes } from "./quote.ts";

const BLANK = 32;
/** The kernel's own limit for all arguments together is lower (MAX_ARG_STRINGS, stack size). */
const MAX_BYTES: usize = 0x1000_0000;

let line: str = "";

/** The line that `readArguments` has put together. */
export function commandLine(): str {
  return line;
}

/** Takes the line from `argc` pointers at `argv`. After the heap has memory. */
export function readArguments(argc: i32, argv: VirtAddr): void {
  if (argc < 2) return;
  const count = u64(argc);
  let length: usize = 0;
  for (let i: u64 = 1; i < count; i++) {
    length += quotedBytes(argumentBytes(argv, i)) + 1;
  }
  const at = heap.allocate(length, 1);
  if (u64(at) === 0) panic("no memory for the command line");
  const buffer = sliceAt<u8>(at, length);
  let filled: usize = 0;
  for (let i: u64 = 1; i < count; i++) {
    const argument = argumentBytes(argv, i);
    quote(buffer.sub(filled), argument);
    filled += quotedBytes(argument);
    buffer[filled] = BLANK;
    filled++;
  }
  line = text(buffer.sub(0, length - 1));
}

function argumentBytes(argv: VirtAddr, index: u64): Slice<u8> {
  const at = load<u64>(virt(u64(argv) + index * 8));
  let length: usize = 0;
  while (length < MAX_BYTES && load<u8>(virt(at + length)) !== 0) length++;
  return sliceAt<u8>(virt(at), length);
}
