/** `tsx bench/http/dhcp-server.ts`: the DHCP server of the namespace that it runs in, with one lease. */
import { createSocket } from "node:dgram";
import { dhcpReply } from "../../tools/dhcp-reply.ts";

const lease = { address: "10.0.2.15", server: "10.0.2.2", mask: "255.255.255.0" };
const socket = createSocket({ type: "udp4", reuseAddr: true });
socket.on("message", (message) => {
  const reply = dhcpReply(message, lease);
  if (reply !== null) socket.send(reply, 68, "255.255.255.255");
});
socket.bind(67, () => {
  socket.setBroadcast(true);
  process.stdout.write("listening\n");
});
