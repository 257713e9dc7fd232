"""What requests are made of beside what the reference tells."""

import itertools

import schemathesis

numbers = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    # Each comes from a client of its own: otherwise, after a few dozen, the throttle would answer for all operations
    # that let people in. How often one client may try is tested where the throttle is.
    case.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    if case.meta is not None and case.meta.generation.mode.is_positive:
        keep_clear_of_dependencies(case)
        if case.meta.phase.name.value == "stateful":
            lead_on(case, number)


def keep_clear_of_dependencies(case):
    """A list has one order, and no page of it begins beyond its hundred thousandth item.

    No reference can tell that parameters depend on each other, so a request that is meant to be accepted keeps clear of
    both refusals.
    """
    for name in [name for name in case.query if name.startswith("order[")][1:]:
        del case.query[name]
    for page in ["pagination[page]", "page[number]"]:
        if page in case.query and int(case.query[page]) > 100:
            case.query[page] = 100


def lead_on(case, number):
    """A chain ends where something is not made, and of made-up channels and time zones almost nothing is."""
    operation = case.operation.definition.raw["operationId"]
    if operation == "addAccount":
        case.body["data"]["attributes"] = {
            "channel": "hostaway",
            "credentials": {"account_id": str(number), "api_key": "good-1x1"},
        }
    elif operation == "createApiKey":
        for name in ["property-ids", "expires-at"]:
            case.body["data"]["attributes"].pop(name, None)
    elif operation == "createProperty":
        case.body["property"].pop("timezone", None)
