/** The command line: declares the commands, and hands their options to the operations of `commands/`. */
import { Argument, Command, Option } from "commander";
import { BENCHMARKS } from "../commands/bench.ts";
import { ExitStatus } from "../diagnostics/error.ts";
import { TARGETS } from "../kraftfile/schema.ts";
import { MACHINES } from "../machine/options.ts";
import {
  commandLineWords,
  endWhenOutputIsGone,
  print,
  printError,
  setExitStatus,
} from "../sys/terminal.ts";
import {
  benchCommand,
  buildCommand,
  checkCommand,
  cleanCommand,
  runCommand,
  testCommand,
} from "./actions.ts";
import { describeFailure } from "./errors.ts";
import { addKconfig } from "./kconfig.ts";

const target = (): Option =>
  new Option("-t, --target <target>", "where the image runs").choices(TARGETS);
const checks = (): Option =>
  new Option(
    "--checks <kind>",
    "debug traps on integer overflow too; none leaves bounds and null checks out",
  )
    .choices(["debug", "release", "none"])
    .default("release");
const debuggable = (): Option =>
  new Option("--debuggable", "do not optimise, so that a debugger finds every variable");

function program(): Command {
  const kraft = new Command("kraft")
    .description("Builds, runs and tests unikernels from TypeScript.")
    .version("0.1.0", "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError(true)
    .showHelpAfterError("Next: kraft --help, or kraft COMMAND --help, lists what is possible.")
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
    .addHelpText(
      "after",
      examples(
        ["kraft build examples/hello", "build a project for the targets of its Kraftfile"],
        [
          "kraft run examples/http-hello --publish 8080:80",
          "boot it; http://localhost:8080/ is its port 80",
        ],
        ["kraft run program.ts", "run one file as a Linux process"],
        ["kraft test alloc-buddy", "run the unit tests of a library"],
      ) + EXIT_STATUS_HELP,
    );
  addBuild(kraft);
  addRun(kraft);
  addCheck(kraft);
  addTest(kraft);
  addBench(kraft);
  addClean(kraft);
  addKconfig(kraft);
  return kraft;
}

const EXIT_STATUS_HELP = `
Exit status: 0 success, 1 errors in sources or settings, 2 wrong usage, 3 something is missing on this computer;
run returns the program's own status, 134 after a panic, 124 after --timeout, 130 after Ctrl-C.
`;

function addBuild(kraft: Command): void {
  kraft
    .command("build")
    .description("Compile and link the images of a project or of one TypeScript file.")
    .argument("[path]", "folder with a Kraftfile, or a .ts file", ".")
    .addOption(target())
    .addOption(checks())
    .addOption(debuggable())
    .option("-o, --output <folder>", "copy the C files, the image and its symbols there")
    .option("--explain", "print why each library is in the program, and build nothing")
    .option("--json", "print one JSON object for programs to read")
    .option("-v, --verbose", "print the commands that run")
    .addHelpText(
      "after",
      examples(
        ["kraft build examples/http-hello --target qemu/x86_64", "one target only"],
        ["kraft build program.ts -o out/", "leave the C, the ELF and a size summary"],
        ["kraft build examples/hello --json", "for scripts: targets[].image.path, .bytes"],
      ),
    )
    .action(buildCommand);
}

function addRun(kraft: Command): void {
  kraft
    .command("run")
    .description(
      "Build and start a project or one TypeScript file, with its console here. Ctrl-C ends it.",
    )
    .argument("[path]", "folder with a Kraftfile, or a .ts file", ".")
    .argument("[words...]", "behind --: the program's command line")
    .addOption(target())
    .addOption(checks())
    .addOption(debuggable())
    .addOption(
      new Option("--machine <type>", "machine that QEMU emulates")
        .choices(MACHINES)
        .default("microvm"),
    )
    .option("-m, --memory <size>", "memory of the machine", "16M")
    .option("-p, --publish <ports>", "[ADDRESS:]HOST:GUEST[/udp], may be repeated", collect, [])
    .option("--network <kind>", "user, or tap:INTERFACE", "user")
    .option("--timeout <duration>", "end it after this time, such as 30s")
    .option("--gdb <port>", "wait for a debugger on this port")
    .option("--dry-run", "print the exact command instead of running it")
    .option("-v, --verbose", "print the commands that run")
    .addHelpText(
      "after",
      examples(
        ["kraft run examples/hello", "boot it; the exit status is the guest's"],
        ["kraft run examples/http-hello -p 8080:80 -m 4M", "web server on http://localhost:8080/"],
        [
          "kraft run examples/echo-udp -p 7777:7777/udp --machine q35",
          "a UDP port on another machine type",
        ],
        ["kraft run program.ts -- --count 3", "words behind -- go to the program"],
      ),
    )
    .action(runCommand);
}

function addCheck(kraft: Command): void {
  kraft
    .command("check")
    .description("Report all errors in sources, of code that no program uses too; builds nothing.")
    .argument(
      "[paths...]",
      "projects, libraries or .ts files; without them all libraries and examples",
    )
    .option("--json", "print one JSON object for programs to read")
    .option("-v, --verbose", "print what is done")
    .addHelpText(
      "after",
      examples(
        ["kraft check", "the whole repository"],
        ["kraft check examples/hello tcp", "a project and a library"],
      ),
    )
    .action(checkCommand);
}

function addTest(kraft: Command): void {
  kraft
    .command("test")
    .description(
      "Run the unit tests (src/**/*.test.ts) of libraries, with memory and overflow checks.",
    )
    .argument(
      "[libraries...]",
      "folders or package names; without them all libraries that have tests",
    )
    .option(
      "--coverage",
      "count the lines that ran; prints a table and writes .kraft/coverage/lcov.info",
    )
    .option("--json", "print one JSON object for programs to read")
    .option("-v, --verbose", "print the commands that run, and each test")
    .addHelpText(
      "after",
      examples(
        ["kraft test", "all libraries"],
        ["kraft test alloc-buddy libs/net/tcp", "by name or by folder"],
      ),
    )
    .action(testCommand);
}

function addBench(kraft: Command): void {
  kraft
    .command("bench")
    .description("Measure the compiler's code against C, booting, or a web server under load.")
    .addArgument(new Argument("<benchmark>", "what to measure").choices(BENCHMARKS))
    .option("--checks", "language: what the checks of each kind of build cost")
    .option("--json", "print one JSON object for programs to read")
    .addHelpText(
      "after",
      examples(
        ["kraft bench language", "TypeScript against hand-written C, bounds checks on"],
        ["kraft bench language --checks", "the same with all checks, those of releases, and none"],
      ),
    )
    .action(benchCommand);
}

function addClean(kraft: Command): void {
  kraft
    .command("clean")
    .description("Remove what builds of a project or file have left.")
    .argument("[path]", "folder with a Kraftfile, or a .ts file", ".")
    .addHelpText("after", examples(["kraft clean examples/hello", "removes examples/hello/.kraft"]))
    .action(cleanCommand);
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

function examples(...lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const shown = lines.map(([command, meaning]) => `  ./${command.padEnd(width)}  # ${meaning}`);
  return `\nExamples:\n${shown.join("\n")}\n`;
}

endWhenOutputIsGone();
try {
  const words = commandLineWords();
  if (words.length === 0) {
    printError(program().helpInformation());
    setExitStatus(ExitStatus.Usage);
  } else await program().parseAsync(words, { from: "user" });
} catch (error) {
  const failure = describeFailure(error);
  setExitStatus(failure.status);
  if (failure.text !== "") printError(`${failure.text}\n`);
  if (commandLineWords().includes("--json") && failure.json.length > 0) {
    print(`${JSON.stringify({ errors: failure.json }, undefined, 2)}\n`);
  }
}
