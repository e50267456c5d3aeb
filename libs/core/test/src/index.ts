/**
 * The main program of test builds. The tool asks for the list, then starts the program once for
 * each test, so that a test that panics or spoils the heap takes no other with it.
 *
 * - `--list` prints a line `INDEX NAME` for each test, with ` panics TEXT` behind it where it has
 * to panic; - `--test INDEX` runs one; status 0 is success, anything else, a panic above all, a
 * failure.
 */
import { hasOption, unsignedOption } from "@typekraft/args";
import { print } from "@typekraft/console";
import { TextWriter } from "@typekraft/format";

const USAGE_STATUS: i32 = 2;

function list(): void {
  const storage = fixedArray<u8, 512>();
  const line = new TextWriter(storage.slice());
  for (let i: usize = 0; i < testCount(); i++) {
    line.clear();
    line.addUnsigned(i);
    line.addText(" ");
    line.addText(testName(i));
    line.addText("\n");
    assert(line.complete(), "a test's name is too long for its line");
    print(line.asText());
  }
}

/** What the platform runs in a test build; the result is the exit status. */
export function main(): i32 {
  if (hasOption("list")) {
    list();
    return 0;
  }
  const [index, valid] = unsignedOption("test", 0);
  if (!hasOption("test") || !valid || index >= testCount()) {
    print("a test program takes --list or --test INDEX\n");
    return USAGE_STATUS;
  }
  runTest(index);
  return 0;
}
