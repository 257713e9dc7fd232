"""Loads the reservations of a simulated channel with dlt: its REST source, merge by upsert. Prints one line of JSON."""

import json
import sys
import time
import urllib.parse
import urllib.request

import dlt
from dlt.sources.rest_api import rest_api_source

sandbox, database, secret, state = sys.argv[1:5]
# dlt insists on a password; the throwaway cluster asks for none.
database = database.replace("postgres://postgres@", "postgresql://postgres:none@")
FIELDS = (
    "id totalPrice listingMapId listingName channelId channelName confirmationCode status arrivalDate departureDate"
    " nights numberOfGuests adults children infants pets currency guestFirstName guestLastName guestEmail"
    " guestCountry guestLocale phone reservationDate updatedOn"
).split()


def token():
    form = {"grant_type": "client_credentials", "client_id": "12345", "client_secret": secret, "scope": "general"}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{sandbox}hostaway/v1/accessTokens", body) as answer:
        issued = json.load(answer)["access_token"]
    time.sleep(1.1)
    return issued


source = rest_api_source(
    {
        "client": {
            "base_url": f"{sandbox}hostaway/v1/",
            "auth": {"type": "bearer", "token": token()},
            "paginator": {"type": "offset", "limit": 100, "total_path": "count"},
        },
        "resources": [
            {
                "name": "reservations",
                "primary_key": "id",
                "write_disposition": {"disposition": "merge", "strategy": "upsert"},
                "endpoint": {
                    "path": "reservations",
                    "params": {"sortOrder": "arrivalDate"},
                    "data_selector": "result",
                },
                "processing_steps": [{"map": lambda row: {name: row[name] for name in FIELDS}}],
            }
        ],
    }
)
pipeline = dlt.pipeline(
    pipeline_name="bench",
    pipelines_dir=state,
    destination=dlt.destinations.postgres(database),
    dataset_name="bench",
    progress=None,
)
began, cpu = time.perf_counter(), time.process_time()
pipeline.run(source, loader_file_format="csv")
seconds = time.perf_counter() - began
cpu = time.process_time() - cpu
with pipeline.sql_client() as client:
    rows = client.execute_sql("SELECT count(*) FROM reservations")[0][0]
print(json.dumps({"rows": rows, "seconds": seconds, "cpu_seconds": cpu, "statements": None}))
