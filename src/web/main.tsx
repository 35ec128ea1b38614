import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/floor.css";
import "./styles/phone.css";
import "./styles/tour.css";
import { render } from "preact";
import { Desk } from "./desk.js";
import { stream } from "./desk-stream.js";

const place = document.getElementById("desk");
if (place) render(<Desk />, place);
stream.start();
