export { launcherUrl } from "./address.js";
export { loadCatalogue } from "./catalogue.js";
export { BrowserDesk } from "./desk/browser-desk.js";
export type { BrowserDeskParts } from "./desk/parts.js";
export * from "./desk.js";
export * from "./errors.js";
export { PhoneServer, type PhoneServerOptions } from "./server.js";
export { loadSheets, type Sheets, templatesFolder } from "./sheets.js";
export { loadTemplates, type Templates } from "./templates.js";
