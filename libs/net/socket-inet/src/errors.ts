/** What the socket interface calls the errors of TCP and UDP. */
import { SocketError } from "@typekraft/socket";
import { TcpError } from "@typekraft/tcp";
import { UdpError } from "@typekraft/udp";

/** Why a connection ended or a call failed; an end without error is `Closed`. */
export function socketErrorOfTcp(error: TcpError): SocketError {
  switch (error) {
    case TcpError.None:
      return SocketError.Closed;
    case TcpError.Reset:
      return SocketError.Reset;
    case TcpError.TimedOut:
      return SocketError.TimedOut;
    case TcpError.Refused:
      return SocketError.Refused;
    case TcpError.InUse:
      return SocketError.InUse;
    case TcpError.NoResources:
      return SocketError.NoResources;
    case TcpError.Closed:
      return SocketError.Closed;
    case TcpError.Unreachable:
      return SocketError.Unreachable;
  }
  unreachable();
}

/** The result of a call of UDP. */
export function socketErrorOfUdp(error: UdpError): SocketError {
  switch (error) {
    case UdpError.None:
      return SocketError.None;
    case UdpError.InUse:
      return SocketError.InUse;
    case UdpError.NoPorts:
    case UdpError.NoBuffers:
    case UdpError.TooLong:
      return SocketError.NoResources;
    case UdpError.Unreachable:
      return SocketError.Unreachable;
    case UdpError.Closed:
      return SocketError.Closed;
  }
  unreachable();
}
