export { description, descriptionPath } from "./description.js";
export { Discovery } from "./discovery.js";
export { Pace } from "./pace.js";
export { Sightings } from "./sightings.js";
