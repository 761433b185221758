"""Canaille, a provider of OpenID Connect that cities can run, as a process of its own.

    python -m tests.browser.city_provider PORT ADDRESS_TO_COME_BACK_TO

Its store is memory. It prints `ready` and serves until it is ended.
"""

import datetime
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

CLIENT, SECRET = "desk", "the desk's secret at the provider"
USER, PASSWORD, EMAIL = "ana", "correct horse battery staple", "Ana@city.example"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of what goes well."""


def main(port: int, back: str) -> None:
    """Serve one user and one client on loopback."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback has no TLS
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
    key.ensure_kid()
    app = create_app(
        {
            "ENV_FILE": None,
            "SECRET_KEY": "of the provider of the tests",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)], "TRUSTED_DOMAINS": []},
        }
    )
    with app.app_context():
        store = Backend.instance
        store.save(
            models.User(
                user_name=USER, given_name="Ana", family_name="Ruiz", formatted_name="Ana Ruiz",
                emails=[EMAIL], password=PASSWORD,
            )
        )  # fmt: skip
        client = models.Client(
            client_id=CLIENT, client_secret=SECRET, client_name="The desk of the plan",
            client_id_issued_at=datetime.datetime.now(datetime.UTC),
            contacts=["staff@city.example"], redirect_uris=[back],
            grant_types=["authorization_code"], response_types=["code"],
            scope=["openid", "email", "profile"],
            token_endpoint_auth_method="client_secret_basic",
        )  # fmt: skip
        store.save(client)
        client.audience = [client]
        store.save(client)
        with make_server("127.0.0.1", port, app, handler_class=_Quiet) as server:
            print("ready", flush=True)
            server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
