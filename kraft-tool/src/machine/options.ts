/** Reads the values of options that describe a machine: sizes, durations, ports, networks. */
import { KraftError } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";

/** `--publish [ADDRESS:]HOST:GUEST[/udp]`: a port of this computer that leads to one of the guest. */
export interface PublishedPort {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly host: number;
  readonly guest: number;
}

export type Network =
  { readonly kind: "user" } | { readonly kind: "tap"; readonly interface: string };

export const MACHINES = ["microvm", "pc", "q35"] as const;
export type MachineType = (typeof MACHINES)[number];

const UNITS: Record<string, number> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
/** QEMU gives memory in units of pages to each machine type; less than this holds no image. */
const MINIMUM_MEMORY = 64 * 1024;
const MAXIMUM_MEMORY = 1024 ** 4;

/** Bytes of `16M`, `1536K`, `1G`; a plain number counts MiB as in QEMU. */
export function parseMemory(text: string): number {
  const match = /^([0-9]{1,9})(?:([KMG])(?:i?B)?)?$/i.exec(text);
  const unit = match?.[2]?.toUpperCase() ?? "M";
  const bytes = Number(match?.[1] ?? Number.NaN) * (UNITS[unit] ?? 1);
  if (!(bytes >= MINIMUM_MEMORY && bytes <= MAXIMUM_MEMORY)) {
    throw badOption("--memory", text, "write for example 16M, 1536K or 1G");
  }
  return bytes;
}

/** The memory as QEMU's `-m` takes it. */
export function formatMemory(bytes: number): string {
  return bytes % 1024 ** 2 === 0
    ? `${String(bytes / 1024 ** 2)}M`
    : `${String(Math.floor(bytes / 1024))}K`;
}

/** Milliseconds of `30s`, `500ms`, `2m`; a plain number counts seconds. */
export function parseDuration(text: string): number {
  const match = /^([0-9]{1,7}(?:\.[0-9]{1,3})?)(ms|s|m|h)?$/.exec(text);
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? "s"] ?? 1000;
  const duration = Math.round(Number(match?.[1] ?? Number.NaN) * factor);
  // The longest that a timer of Node can wait.
  if (duration > 0 && duration < 2 ** 31) return duration;
  throw badOption("--timeout", text, "write for example 30s, 500ms or 2m");
}

/** The ports of `8080:80`, `5353:53/udp` or `0.0.0.0:8080:80`; without an address only this computer can connect. */
export function parsePublish(text: string): PublishedPort {
  const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
  const address = match?.[1] ?? "127.0.0.1";
  const host = Number(match?.[2] ?? 0);
  const guest = Number(match?.[3] ?? 0);
  const inRange = [host, guest].every((port) => port >= 1 && port <= 65_535);
  if (match === null || !inRange || address.split(".").some((part) => Number(part) > 255)) {
    throw badOption(
      "--publish",
      text,
      "write HOST:GUEST, for example 8080:80, 5353:53/udp or 0.0.0.0:8080:80",
    );
  }
  return { protocol: match[4] === "udp" ? "udp" : "tcp", address, host, guest };
}

/** `user` or `tap:INTERFACE`. */
export function parseNetwork(text: string): Network {
  if (text === "user") return { kind: "user" };
  const name = /^tap:([A-Za-z0-9_.-]{1,15})$/.exec(text)?.[1];
  if (name === undefined)
    throw badOption("--network", text, "write user, or tap:tap0 for the interface tap0");
  return { kind: "tap", interface: name };
}

/** One of `MACHINES`. */
export function parseMachine(text: string): MachineType {
  const machine = MACHINES.find((known) => known === text);
  if (machine === undefined) throw badOption("--machine", text, suggestion(text, MACHINES));
  return machine;
}

/** A TCP port for gdb. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw badOption("--gdb", text, "write a port from 1 to 65535");
  return port;
}

function badOption(option: string, text: string, next: string): KraftError {
  return new KraftError({ code: "KR1003", what: `"${text}" is no value for ${option}`, next });
}
