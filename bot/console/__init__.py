"""The console of those who teach the assistant: pages behind a sign-in, over the functions of `bot.learn`."""
