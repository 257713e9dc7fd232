"use strict";

const place = document.getElementById("reference");
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// The dialog for tokens is long, and would open at its end.
place.addEventListener("click", ({ target }) => {
  if (target.closest(".authorize, .authorization__btn") && !target.closest(".dialog-ux")) {
    requestAnimationFrame(() => place.querySelector(".dialog-ux input")?.focus());
  }
});

const ui = SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  // Schemas stand with their operations; the list of all of them is long.
  defaultModelsExpandDepth: -1,
  // Tokens are gone with the page, and nobody else is asked anything.
  persistAuthorization: false,
  validatorUrl: null,
});

// An application that asks for no scope by name is refused: all of them are ticked, and can be unticked.
ui.initOAuth({ scopes: place.dataset.scopes });
