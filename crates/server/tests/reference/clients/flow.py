"""From an application's id and secret to imported listings, and in and out of a property."""

import os
import time
from uuid import UUID

from innkeeper_client import AuthenticatedClient, Client
from innkeeper_client.api.accounts import add_account, get_account, list_listings
from innkeeper_client.api.properties import create_property
from innkeeper_client.api.property_users import invite_user, list_property_users, withdraw_user
from innkeeper_client.api.tokens import create_token
from innkeeper_client.api.users import create_user
from innkeeper_client.models import (
    AccessToken,
    AccountDocument,
    CurrencyCode,
    Hostaway,
    HostawayApiKeyCredentials,
    HostawayChannel,
    Invite,
    InviteBody,
    ListingList,
    NewAccount,
    NewAccountDocument,
    NewAccountType,
    NewProperty,
    NewPropertyBody,
    NewUser,
    NewUserAttributes,
    NewUserDocument,
    NewUserType,
    PropertyDocument,
    PropertyUserDocument,
    PropertyUserList,
    RoleName,
    Success,
    SyncStateName,
    TokenRequest,
    TokenRequestGrantType,
    UserDocument,
)


def got(kind, answer):
    """An answer of this kind; any other ends the program."""
    if not isinstance(answer, kind):
        raise SystemExit(f"not a {kind.__name__}: {answer}")
    return answer


url = os.environ["INNKEEPER_URL"]

# A token.
request = TokenRequest(
    grant_type=TokenRequestGrantType.CLIENT_CREDENTIALS,
    client_id=UUID(os.environ["INNKEEPER_CLIENT_ID"]),
    client_secret=os.environ["INNKEEPER_CLIENT_SECRET"],
)
with Client(url) as anybody:
    token = got(AccessToken, create_token.sync(client=anybody, body=request))

with AuthenticatedClient(url, token=token.access_token) as innkeeper:
    # A person, and their account at a channel.
    ada = NewUserAttributes(first_name="Ada", last_name="Lima", email="ada@example.org")
    new = NewUserDocument(NewUser(type_=NewUserType.USERS, attributes=ada))
    user = got(UserDocument, create_user.sync(client=innkeeper, body=new)).data.id
    connection = Hostaway(
        channel=HostawayChannel.HOSTAWAY,
        credentials=HostawayApiKeyCredentials(account_id="4711", api_key="good"),
    )
    new = NewAccountDocument(NewAccount(type_=NewAccountType.ACCOUNTS, attributes=connection))
    account = got(AccountDocument, add_account.sync(user, client=innkeeper, body=new)).data.id

    # What was imported from it.
    give_up = time.monotonic() + 60
    while True:
        now = got(AccountDocument, get_account.sync(user, account, client=innkeeper))
        if now.data.attributes.sync_status.state is SyncStateName.COMPLETED:
            break
        if time.monotonic() > give_up:
            raise SystemExit("the import does not end")
        time.sleep(0.1)
    listings = got(ListingList, list_listings.sync(user, account, client=innkeeper))
    print(f"imported listings: {listings.meta.pagination.count}")

    # A property of theirs, and somebody who comes and goes.
    seaside = NewProperty(title="Seaside", currency=CurrencyCode.EUR, owner_id=user)
    property_ = got(PropertyDocument, create_property.sync(client=innkeeper, body=NewPropertyBody(seaside)))
    invite = Invite(property_id=property_.data.id, user_email="sam@example.org", role=RoleName.USER)
    guest = got(PropertyUserDocument, invite_user.sync(client=innkeeper, body=InviteBody(invite))).data.id
    people = got(
        PropertyUserList, list_property_users.sync(client=innkeeper, filterproperty_id=[property_.data.id])
    )
    told = sorted(f"{person.attributes.role} {person.meta.status}" for person in people.data)
    print(f"on the property: {', '.join(told)}")
    got(Success, withdraw_user.sync(guest, client=innkeeper))
    print("withdrawn")
