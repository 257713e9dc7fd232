// From an application's id and secret to imported listings, and in and out of a property.
import { setTimeout as pause } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { paths } from "./innkeeper.js";

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** The data of a success; anything else ends the program. */
function got<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

const innkeeper = createClient<paths>({ baseUrl: given("INNKEEPER_URL") });

// A token.
const token = got(
  await innkeeper.POST("/o/token/", {
    body: {
      grant_type: "client_credentials",
      client_id: given("INNKEEPER_CLIENT_ID"),
      client_secret: given("INNKEEPER_CLIENT_SECRET"),
    },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  }),
);
innkeeper.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${token.access_token}`);
  },
});

// A person, and their account at a channel.
const user = got(
  await innkeeper.POST("/api/v1/users/", {
    body: {
      data: {
        type: "users",
        attributes: { "first-name": "Ada", "last-name": "Lima", email: "ada@example.org" },
      },
    },
  }),
).data.id;
const account = got(
  await innkeeper.POST("/api/v1/users/{user_id}/accounts/", {
    params: { path: { user_id: user } },
    body: {
      data: {
        type: "accounts",
        attributes: { channel: "hostaway", credentials: { account_id: "4711", api_key: "good" } },
      },
    },
  }),
).data.id;

// What was imported from it.
const path = { user_id: user, account_id: account };
for (let patience = 600; ; patience -= 1) {
  const now = got(await innkeeper.GET("/api/v1/users/{user_id}/accounts/{account_id}/", { params: { path } }));
  if (now.data.attributes["sync-status"].state === "completed") break;
  if (patience === 0) throw new Error("the import does not end");
  await pause(100);
}
const listings = got(
  await innkeeper.GET("/api/v1/users/{user_id}/accounts/{account_id}/listings/", { params: { path } }),
);
console.log(`imported listings: ${listings.meta.pagination.count}`);

// A property of theirs, and somebody who comes and goes.
const property = got(
  await innkeeper.POST("/api/v1/properties", {
    body: { property: { title: "Seaside", currency: "EUR", owner_id: user } },
  }),
).data.id;
const guest = got(
  await innkeeper.POST("/api/v1/property_users", {
    body: { invite: { property_id: property, user_email: "sam@example.org", role: "user" } },
  }),
).data.id;
const people = got(
  await innkeeper.GET("/api/v1/property_users", { params: { query: { "filter[property_id]": [property] } } }),
);
const told = people.data.map((person) => `${person.attributes.role} ${person.meta.status}`);
console.log(`on the property: ${told.sort().join(", ")}`);
got(await innkeeper.DELETE("/api/v1/property_users/{id}", { params: { path: { id: guest } } }));
console.log("withdrawn");
