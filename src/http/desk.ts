import type { DeskAnswer, PhoneRequest } from "../control/index.js";
import type { Mac } from "../model/index.js";
import type { Screen } from "../pages/index.js";

/** What stands behind the phone pages: it does what was pressed and says what is true now. */
export interface Desk {
  /**
   * The page for this phone. `from.host` is the address that the request came from. An answer later than 950 ms is
   * given up for a "Connecting" page, while what was asked goes on; a rejection becomes a sentence and a log line.
   */
  answer(mac: Mac, request: PhoneRequest, from: { readonly host: string }, screen: Screen): Promise<DeskAnswer>;
}
