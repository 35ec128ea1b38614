import type {
  Audit,
  AuditReader,
  Clock,
  DeskConfig,
  DeskModel,
  Handsets,
  Lights,
  Log,
  Mac,
  Paced,
  Person,
  Phone,
  Phones,
  Token,
} from "../../model/index.js";
import type { Writer } from "../../state/index.js";

/** What the desk in the browser needs of the gateway. */
export interface BrowserDeskParts {
  readonly desk: DeskConfig;
  readonly gateway: string;
  /** Whether the calls are real. */
  readonly calls: "simulator" | "real";
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Pick<Audit, "append" | "after"> & Pick<AuditReader, "follow">;
  readonly broker: () => "starting" | "away" | "connected";
  readonly people: readonly Person[];
  readonly phones: Phones;
  /** What phones can be drawn as; the first is what a phone is drawn as that nobody has a choice about. */
  readonly models: readonly DeskModel[];
  readonly tokenOf: (mac: Mac) => Promise<Token | undefined>;
  readonly publicUrl: () => string;
  readonly handsets?: Handsets;
  readonly paced?: Paced;
  readonly lights?: Lights;
  /** Ends what this phone supervises. */
  readonly leave: (phone: Phone) => void;
  /** Folder of the built web app; the package's own unless told. */
  readonly web?: string;
}
