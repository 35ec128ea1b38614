import type { Connect } from "./desk-phone.ts";
import type { Switches } from "./yealink-switches.ts";

export interface YealinkOptions extends Partial<Switches> {
  readonly model?: string;
  /** As the phone writes it. */
  readonly mac?: string;
  /** 5.1, l. 223: 99 are refused; 90 leaves room. */
  readonly launcherLength?: number;
  /** `push_xml.block_in_calling`. */
  readonly blockInCalling?: boolean;
  /**
   * A reply that takes longer is complained about. The promise is a second (design section 5); a busy test machine takes
   * its own time on top.
   */
  readonly replyMs?: number;
  /** How it reaches servers: whom it believes, and where names lead; as Node does by default. */
  readonly connect?: Connect;
  /** After this long the phone waits no more, and says that it is loading. */
  readonly patienceMs?: number;
}

/** All that was wrong with one reply. */
export class PhoneComplaint extends Error {
  override readonly name = "PhoneComplaint";
  constructor(
    readonly url: string,
    readonly complaints: readonly string[],
    readonly body: string,
  ) {
    super(`${url}\n  ${complaints.join("\n  ")}`);
  }
}
