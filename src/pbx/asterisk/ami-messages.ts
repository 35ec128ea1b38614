/** One AMI message, headers in order; a name may come more than once. Names are compared without regard to case. */
export type AmiMessage = ReadonlyArray<readonly [name: string, value: string]>;

/** Raised for a value that would inject a header of its own; never sent. */
export class AmiInjection extends Error {
  override readonly name = "AmiInjection";
}

/**
 * The bytes of an action. @throws AmiInjection when a name or value holds CR, LF or NUL: the rest of the value would be
 * read as a header, so an attacker's caller id could become an action.
 */
export function formatAction(action: string, headers: AmiMessage): string {
  const lines = [["Action", action] as const, ...headers].map(([name, value]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new AmiInjection(`${JSON.stringify(name)} is no header name`);
    if (/[\r\n\0]/.test(value)) throw new AmiInjection(`the value of ${name} holds a line break`);
    return `${name}: ${value}\r\n`;
  });
  return `${lines.join("")}\r\n`;
}

/** The first value of a header, else undefined. */
export function amiHeader(message: AmiMessage, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return message.find(([known]) => known.toLowerCase() === wanted)?.[1];
}

/** A stream of AMI: give it what arrives, get whole messages. A message longer than 1 MB is dropped as broken. */
export interface AmiReader {
  read(chunk: string): AmiMessage[];
}

const LONGEST = 1_000_000;

/** A reader that skips the greeting line and knows messages by the empty line after them. */
export function amiReader(): AmiReader {
  let rest = "";
  let greeted = false;
  return {
    read: (chunk) => {
      rest += chunk;
      if (!greeted) {
        const end = rest.indexOf("\r\n");
        if (end < 0) return [];
        rest = rest.slice(end + 2);
        greeted = true;
      }
      const messages: AmiMessage[] = [];
      for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
        messages.push(parseMessage(rest.slice(0, end)));
        rest = rest.slice(end + 4);
      }
      if (rest.length > LONGEST) rest = "";
      return messages;
    },
  };
}

function parseMessage(text: string): AmiMessage {
  return text.split("\r\n").flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon <= 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")]];
  });
}
