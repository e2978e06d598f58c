"""What is on the ground: units, zones, plots, enterprises, stations, streets.

Functions take a connection first, never commit, and speak metres in the storage CRS.
"""
