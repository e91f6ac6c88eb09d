"""Rasa's custom actions: tracker in, engine and judge asked, messages and events out."""
