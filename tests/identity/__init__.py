"""Who asks: tokens good and bad over every way in, keys that change, sockets that end, the command, the settings."""
