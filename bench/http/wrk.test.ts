/** Reports as wrk 4.1 prints them. */
import { expect, it } from "vitest";
import { parseWrk } from "./wrk.ts";

const report = `Running 10s test @ http://127.0.0.1:8080/
  2 threads and 30 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     4.15ms    1.02ms  20.10ms   88.00%
    Req/Sec     3.62k   210.00     4.10k    70.00%
  72000 requests in 10.01s, 52.00MB read
Requests/sec:   7192.80
Transfer/sec:      5.20MB
`;

it("reads a clean report", () => {
  expect(parseWrk(report)).toEqual({
    requestsPerSecond: 7192.8,
    requests: 72_000,
    errors: 0,
    latencyMs: 4.15,
  });
});

it("adds up every kind of error", () => {
  const sockets = "  Socket errors: connect 1, read 2, write 3, timeout 4\n";
  const other = "  Non-2xx or 3xx responses: 5\n";
  expect(parseWrk(report.replace("Requests/sec", `${sockets}${other}Requests/sec`)).errors).toBe(
    15,
  );
});

it("refuses anything else", () => {
  expect(() => parseWrk("unable to connect")).toThrow("no report of wrk");
});
