"""The SMS connector: the same assistant by text message, to the rules of the carriers."""
