/** The VIRTIO transport over PCI; importing it is enough, it registers what it finds at boot. */
export { discoverVirtioPci } from "./discover.ts";
export { VirtioPci } from "./transport.ts";
