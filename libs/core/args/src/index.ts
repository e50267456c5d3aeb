/**
 * The program's arguments: the words of the machine's command line, without those that are meant
 * for the machine (`virtio_mmio.device=…`, `net.…`). The line is split at the first use. None of it
 * allocates or blocks.
 */
import { commandLine } from "@typekraft/plat";
import { Words } from "./words.ts";
import { findOption, findUnsigned, isMachineWord } from "./options.ts";

const all = new Words();
let ready = false;

function words(): Words {
  if (!ready) {
    ready = true;
    if (!all.split(bytes(commandLine())))
      panic("the command line has more than 64 words or 2048 bytes");
  }
  return all;
}

/** Number of arguments. */
export function argumentCount(): usize {
  const from = words();
  let count: usize = 0;
  for (let i: usize = 0; i < from.count(); i++) {
    if (!isMachineWord(from.word(i))) count++;
  }
  return count;
}

/** Argument `index`, from 0, without its quotes; panics where there are not so many. */
export function argument(index: usize): str {
  const from = words();
  let seen: usize = 0;
  for (let i: usize = 0; i < from.count(); i++) {
    const word = from.word(i);
    if (isMachineWord(word)) continue;
    if (seen === index) return text(word);
    seen++;
  }
  panic("there are not so many arguments");
}

/** Whether `--name` or `--name=…` is there. */
export function hasOption(name: str): boolean {
  const [, found] = findOption(words(), name);
  return found;
}

/**
 * The value in `--name=value` or `--name value`, the last one where there are several; `fallback`
 * without any.
 */
export function option(name: str, fallback: str): str {
  const [value, found] = findOption(words(), name);
  return found ? text(value) : fallback;
}

/**
 * The value of the option as a decimal number, and true; `fallback` and true without the option; 0
 * and false where its value is no number below 2^64.
 */
export function unsignedOption(name: str, fallback: u64): [u64, boolean] {
  return findUnsigned(words(), name, fallback);
}
