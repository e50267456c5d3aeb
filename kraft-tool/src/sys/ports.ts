/** Asks the kernel whether a port can be had, before a machine is started that would fail on it. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Undefined where the port is free, else the system's error code, such as `EADDRINUSE` or `EACCES`. */
export async function portProblem(
  protocol: "tcp" | "udp",
  host: string,
  port: number,
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      resolve(error.code ?? error.message);
    };
    if (protocol === "tcp") {
      const server = createServer();
      server.once("error", failed);
      server.listen({ host, port, exclusive: true }, () => {
        server.close(() => {
          resolve(undefined);
        });
      });
    } else {
      const socket = createSocket("udp4");
      socket.once("error", failed);
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.close(() => {
          resolve(undefined);
        });
      });
    }
  });
}
