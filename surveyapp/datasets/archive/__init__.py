"""The archive: the answers of studies that closed long ago, in compressed files outside the
database, where they are still analysed in place.
"""
