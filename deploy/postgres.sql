CREATE DATABASE tracker OWNER guidebot;
