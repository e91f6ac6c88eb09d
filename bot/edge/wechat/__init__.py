"""WeChat's channels: the Official Account and 企业微信, by their protocol; turns go the way of every channel."""
