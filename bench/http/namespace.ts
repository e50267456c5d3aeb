/**
 * A network namespace with one tap device and a DHCP server: the machine's whole network, apart from that of the
 * computer. Needs root.
 */
import { Guest } from "../../tools/guest.ts";
import { run } from "../../tools/process.ts";

const TAP = "tk0";

/** One such namespace. Call `remove` at the end. */
export class Namespace {
  /** What the machine gets by DHCP. */
  readonly guestAddress = "10.0.2.15";
  readonly tap = TAP;
  private readonly name = `typekraft-${String(process.pid)}`;
  private dhcp: Guest | undefined;

  /** Whether this process may make one. */
  static possible(): boolean {
    return process.getuid?.() === 0;
  }

  /** Makes it. Throws with the failing command's own words. */
  async create(): Promise<void> {
    await must(["ip", "netns", "add", this.name]);
    for (const words of [
      ["tuntap", "add", "dev", TAP, "mode", "tap"],
      ["addr", "add", "10.0.2.2/24", "dev", TAP],
      ["link", "set", TAP, "up"],
      ["link", "set", "lo", "up"],
      // Answers of the DHCP server go to 255.255.255.255, for which there must be a way out.
      ["route", "add", "default", "dev", TAP],
    ]) {
      await must(["ip", "-n", this.name, ...words]);
    }
    this.dhcp = new Guest(this.inside("node_modules/.bin/tsx", "bench/http/dhcp-server.ts"));
    await this.dhcp.waitFor("listening", 10_000);
  }

  /** A command line that runs inside. */
  inside(...command: readonly string[]): readonly string[] {
    return ["ip", "netns", "exec", this.name, ...command];
  }

  /** Ends the DHCP server and removes the namespace with its device. */
  async remove(): Promise<void> {
    await this.dhcp?.stop();
    await must(["ip", "netns", "del", this.name]);
  }
}

async function must(command: readonly string[]): Promise<void> {
  const { status, output } = await run(command, { timeoutMs: 10_000 });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${output}`);
}
