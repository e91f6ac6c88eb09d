"""Examples that may stand in the wrong place: written questions, and wordings before they are taught."""
