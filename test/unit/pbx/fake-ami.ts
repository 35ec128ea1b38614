import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A member of a queue, as QueueStatus tells it. */
export interface FakeMember {
  readonly queue: string;
  readonly location: string;
  readonly state: string;
  paused: boolean;
  reason: string;
}

/** A registered device, as PJSIPShowEndpoint tells it. */
export interface FakeContact {
  readonly uri: string;
  readonly userAgent: string;
  readonly via: string;
  /** Seconds since 1970; 0 for one that has no end. */
  readonly until?: number;
}

/**
 * As much of AMI as queues and NOTIFYs need, over a real socket: QueueStatus, QueuePause, PJSIPShowEndpoint and PJSIPNotify
 * as Asterisk 22 was seen to do them.
 */
export class FakeAmi {
  readonly members: FakeMember[] = [];
  /** By endpoint. */
  readonly contacts = new Map<string, readonly FakeContact[]>();
  /** Every PJSIPNotify, its lines but for the id. */
  readonly notified: string[][] = [];
  /** Called before a list of contacts goes out. */
  onContacts: () => void = () => undefined;
  /** What is answered to an action instead, by its name. */
  readonly answers = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write("Asterisk Call Manager/11.0.0\r\n");
    let rest = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const actions = (rest + chunk).split("\r\n\r\n");
      rest = actions.pop() ?? "";
      for (const action of actions) socket.write(this.#answer(action));
    });
  });

  async start(): Promise<{ readonly host: string; readonly port: number }> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return { host: "127.0.0.1", port: (this.#server.address() as AddressInfo).port };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(action: string): string {
    const header = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(action)?.[1]?.trim() ?? "";
    const id = `ActionID: ${header("ActionID")}\r\n`;
    const instead = this.answers.get(header("Action"));
    if (instead !== undefined) return `${instead}${id}\r\n`;
    if (header("Action") === "QueueStatus") {
      const events = this.members.map(
        ({ queue, location, state, paused, reason }) =>
          `Event: QueueMember\r\n${id}Queue: ${queue}\r\nName: x\r\nLocation: ${location}\r\nStateInterface: ${state}\r\nPaused: ${paused ? 1 : 0}\r\nPausedReason: ${reason}\r\n\r\n`,
      );
      const end = `Event: QueueStatusComplete\r\n${id}EventList: Complete\r\n\r\n`;
      return `Response: Success\r\n${id}EventList: start\r\n\r\n${events.join("")}${end}`;
    }
    if (header("Action") === "PJSIPShowEndpoint") {
      const found = this.contacts.get(header("Endpoint"));
      if (found === undefined) return `Response: Error\r\n${id}Message: Unable to retrieve endpoint\r\n\r\n`;
      this.onContacts();
      const events = found.map(
        ({ uri, userAgent, via }) =>
          `Event: ContactStatusDetail\r\n${id}URI: ${uri}\r\nUserAgent: ${userAgent}\r\nViaAddress: ${via}\r\n\r\n`,
      );
      const end = `Event: EndpointDetailComplete\r\n${id}EventList: Complete\r\n\r\n`;
      return `Response: Success\r\n${id}EventList: start\r\n\r\n${events.join("")}${end}`;
    }
    if (header("Action") === "PJSIPShowContacts") {
      const all = [...this.contacts].flatMap(([endpoint, contacts]) => contacts.map((one) => ({ ...one, endpoint })));
      if (all.length === 0) return `Response: Error\r\n${id}Message: No Contacts found\r\n\r\n`;
      const events = all.map(
        ({ uri, userAgent, via, endpoint, until = 0 }) =>
          `Event: ContactList\r\n${id}ViaAddr: ${via.replace(/:\d+$/, "")}\r\nEndpoint: ${endpoint}\r\nUri: ${uri}\r\nUserAgent: ${userAgent}\r\nExpirationTime: ${until}\r\n\r\n`,
      );
      const end = `Event: ContactListComplete\r\n${id}EventList: Complete\r\n\r\n`;
      return `Response: Success\r\n${id}EventList: start\r\n\r\n${events.join("")}${end}`;
    }
    if (header("Action") === "PJSIPNotify") {
      this.notified.push(action.split("\r\n").filter((line) => !/^(?:Action|ActionID):/.test(line)));
    }
    if (header("Action") === "QueuePause") {
      const found = this.members.filter(
        ({ queue, location }) => queue === header("Queue") && location === header("Interface"),
      );
      if (found.length === 0) return `Response: Error\r\n${id}Message: Interface not found\r\n\r\n`;
      for (const member of found) {
        member.paused = header("Paused") === "true";
        member.reason = member.paused ? header("Reason") : "";
      }
    }
    return `Response: Success\r\n${id}\r\n`;
  }
}
